"""Tables as items of a list, one for each row: every cell on a line of its own, after the header of its column.

Knows nothing of HTML: it is given the cells and their spans.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import ExtractError

MOST_CHARACTERS = 5_000_000
"""Longest table written, headers repeated."""
MOST_CELLS = 100_000
"""Most cells of a table, a spanning cell counted once for each place that it fills."""
LONGEST_LABEL = 200
"""A longer header is not repeated in every row."""


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """A cell. Two cells are never equal, so that one that spans several places is told from its equals.

    Attributes:
        text: its Markdown, of one line or more; empty where it has no words.
        head: whether it is a header.
        inline: whether it can stand on one line with its header: a paragraph, not a list.
        across, down: columns and rows that it fills, 1 or more.
    """

    text: str
    head: bool = False
    inline: bool = True
    across: int = 1
    down: int = 1


_Row = dict[int, Cell]


def row_items(rows: list[list[Cell]]) -> list[str]:
    """Return the text of each row below the header rows; rows without words are left out.

    Raises:
        ExtractError: the table is too large.
    """
    grid = _grid(rows)
    first = next((at for at, row in enumerate(grid) if not all(cell.head for cell in row.values())), 0)
    labels = _labels(grid[:first])
    size = sum(len(labels.get(column, "")) + len(cell.text) for row in grid for column, cell in row.items())
    if size > MOST_CHARACTERS:
        raise ExtractError(
            f"a table has more than {MOST_CHARACTERS:,} characters once its headers are repeated; split the page"
        )
    return [text for row in grid[first:] if (text := _row_text(row, labels))]


def _grid(rows: list[list[Cell]]) -> list[_Row]:
    """Return the cells of each row by column; a cell that spans several places stands in each of them."""
    grid: list[_Row] = []
    hanging: dict[int, tuple[int, Cell]] = {}
    filled = 0
    for row in rows:
        line = {column: cell for column, (_, cell) in hanging.items()}
        below = {column: (left - 1, cell) for column, (left, cell) in hanging.items() if left > 1}
        column = 0
        for cell in row:
            while column in line:
                column += 1
            for place in range(column, column + cell.across):
                line[place] = cell
                if cell.down > 1:
                    below[place] = (cell.down - 1, cell)
        hanging = below
        grid.append(dict(sorted(line.items())))
        filled += len(line)
        if filled > MOST_CELLS:
            raise ExtractError(f"a table has more than {MOST_CELLS:,} cells; split the page")
    return grid


def _labels(header_rows: list[_Row]) -> dict[int, str]:
    """Return the header of each column: the words above it, outermost first, each once."""
    words: dict[int, list[str]] = {}
    for row in header_rows:
        for column, cell in row.items():
            words.setdefault(column, []).append(" ".join(cell.text.split()))
    joined = {column: " ".join(filter(None, dict.fromkeys(said))) for column, said in words.items()}
    return {column: label.removesuffix(":") for column, label in joined.items() if len(label) <= LONGEST_LABEL}


def _row_text(row: _Row, labels: dict[int, str]) -> str:
    """Return the lines of a row.

    A cell that fills a whole row, such as a heading within the table, stands without a header. In a table without
    header rows, a header at the left of one other cell is that cell's label.
    """
    columns = {cell: column for column, cell in reversed(row.items()) if cell.text}
    cells = sorted(columns, key=columns.__getitem__)
    if len(cells) == 1 and len(row) > 1 and all(cell is cells[0] for cell in row.values()):
        return cells[0].text
    if len(cells) == 2 and cells[0].head and cells[0].inline and not labels:
        return _labelled(" ".join(cells[0].text.split()).removesuffix(":"), cells[1])
    return "\n".join(_labelled(labels.get(columns[cell], ""), cell) for cell in cells)


def _labelled(label: str, cell: Cell) -> str:
    if not label:
        return cell.text
    return f"{label}: {cell.text}" if cell.inline else f"{label}:\n{cell.text}"
