"""The two sets of colours. A test computes the contrast of what the screens show in them: at least 4.5 to 1."""

from __future__ import annotations

from typing import Any

from textual.theme import Theme

DARK, LIGHT = "careguide-dark", "careguide-light"


def themes() -> tuple[Theme, Theme]:
    """Return the dark and the light colours."""
    return (
        _theme(
            DARK,
            True,
            background="#10151b",
            surface="#19212a",
            panel="#243040",
            foreground="#e9eef3",
            muted="#aebac6",
            primary="#86c9ff",
            accent="#ffd166",
            error="#ff9d9d",
            warning="#ffd27a",
            success="#8fe3a9",
            asked="#1f3a54",
            quoted="#3a3313",
            wrong="#45191e",
            match="#5b4b00",
            current="#7a3d00",
        ),
        _theme(
            LIGHT,
            False,
            background="#ffffff",
            surface="#f0f3f6",
            panel="#dfe6ec",
            foreground="#15202a",
            muted="#4a5763",
            primary="#004f86",
            accent="#8a3b00",
            error="#a01020",
            warning="#6f4700",
            success="#0a5f2a",
            asked="#d9e9f6",
            quoted="#fff4cf",
            wrong="#fde6e6",
            match="#ffe48a",
            current="#ffc78a",
        ),
    )


def _theme(name: str, dark: bool, **colours: str) -> Theme:
    """Return a theme; colours that Textual has no name for become variables that begin with ``cg-``."""
    own = {key: colours.pop(key) for key in ("muted", "asked", "quoted", "wrong", "match", "current")}
    cursor = {
        "block-cursor-background": colours["panel"],
        "block-cursor-foreground": colours["foreground"],
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": colours["panel"],
        "block-cursor-blurred-foreground": colours["foreground"],
        "block-hover-background": colours["panel"],
        "input-cursor-background": colours["foreground"],
        "input-cursor-foreground": colours["background"],
        "input-selection-background": own["asked"],
        "screen-selection-background": own["asked"],
        "screen-selection-foreground": colours["foreground"],
        "footer-key-foreground": colours["accent"],
        "footer-background": colours["surface"],
        "footer-foreground": colours["foreground"],
        "footer-description-foreground": colours["foreground"],
        "scrollbar": colours["panel"],
        "scrollbar-background": colours["surface"],
        "border-blurred": own["muted"],
        "border": colours["accent"],
        "text-muted": own["muted"],
        "text-disabled": own["muted"],
        "foreground-muted": own["muted"],
        "foreground-disabled": own["muted"],
    }
    variables = cursor | {f"cg-{key}": value for key, value in own.items()}
    fields: dict[str, Any] = dict(colours)
    return Theme(name=name, dark=dark, text_alpha=1.0, variables=variables, **fields)
