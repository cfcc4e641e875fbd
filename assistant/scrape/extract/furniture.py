"""What stands around the text of a page, and is none of it: menus, cookie banners, share links, feedback forms, footers.

Told by element, by role, by class, by the words of a heading or a prompt, and by where links lead. Knows no publisher.
What holds the title, the main element, or over half of the words is never taken for furniture, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bs4 import Tag

from assistant.scrape.extract.words import short_words, words_of
from assistant.text import one_line

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset("article aside dd details div dl dt figure footer form header li main ol p section table td tr ul".split())
_ELEMENTS = (
    "nav, footer, dialog, form, body > header, [role=banner], [role=contentinfo], [role=search], [role=complementary],"
    " [role=navigation], [role=dialog], [role=alertdialog], further-reading"
)
_HIDDEN = ".visually-hidden, .visuallyhidden, .sr-only, .screen-reader-text, .govuk-visually-hidden, .nhsuk-u-visually-hidden"

_NAMES = re.compile(
    r"(?:^|-)(?:cookies?-?(?:banner|notice|bar|consent|message|law|control|popup|compliance|overlay|dialog|warning|prompt)"
    r"|onetrust|cmplz|cky|eupopup)(?:-|$)"
    r"|(?:^|-)(?:breadcrumbs?|pagination|pager|skip-?links?|skip-to-content|back-to-top|sharethis|addtoany|addthis|sharedaddy"
    r"|sidebar|widget-area|newsletter|comments-area|comment-respond|author-(?:box|bio)|entry-meta|post-meta|entry-footer"
    r"|post-navigation|(?:post|entry|topic|article)-tags|tags-container|table-of-contents|toc|contents-list|on-this-page"
    r"|in-this-section|print-(?:link|button|page)|modal|popup|site-footer|site-header|masthead|mega-menu)(?:-|$)"
    r"|(?:^|-)share-(?:buttons?|links?|bar|tools?|icons?|this|page|block)(?:-|$)"
    r"|(?:^|-)(?:social|page|post|entry|article)-(?:share|sharing)(?:-|$)"
    r"|(?:^|-)social-(?:links|icons|buttons|follow)(?:-|$)|(?:^|-)social-media-(?:links|icons|buttons|share|follow)(?:-|$)"
    r"|(?:^|-)(?:page|site|user|gem-c|nhsuk)-feedback(?:-|$)"
    r"|(?:^|-)feedback-(?:form|banner|widget|section|component|block|prompt|survey|container|panel)(?:-|$)"
    r"|(?:^|-)(?:was|is)-this-(?:page-)?(?:helpful|useful)(?:-|$)"
    r"|(?:^|-)related-?(?:content|links?|posts?|pages?|articles?|documents?|items?|news|topics?|guidance|resources?|collections?)"
    r"(?:-|$)"
    r"|(?:^|-)(?:nav|navbar|navigation|menu|submenu|subnav|side-nav)$"
)
"""Names of classes and ids. Words that guidance uses too, such as "social", "cookies", "sharing", "consent" or "feedback",
count only in company: sections of guidance carry them as anchors."""
_CLASSES = re.compile(r"feedback|sidebar|related|social-share|(?:share|sharing)(?:-.*)?")
"""Names that count as a class, but as an id may be the anchor of a section."""

_LISTED = re.compile(
    r"(?:related|other|more|further|useful|see also|read next|explore)"
    r" (?:content|links?|posts?|pages?|articles?|news|topics?|collections?|stories|like this)"
    r"|related(?: guidance| documents?| resources?)?|see also|you may also (?:like|be interested in)"
    r"|(?:page )?contents|on this page|in this section|jump to|tags|explore the topic|topics?",
    re.IGNORECASE,
)
"""Whole headings of lists of links; where a paragraph of words stands below, it is guidance all the same."""
_ASKED = re.compile(
    r"share|share this.{0,20}|follow us.{0,30}|sign up.{0,60}|subscribe.{0,60}|cookies on .{1,60}"
    r"|leave a (?:reply|comment)|(?:is|was) this (?:page|article|information|content|guidance) (?:useful|helpful)\W*"
    r"|feedback|rate this page|did you find (?:this|what).{0,60}|help us improve.{0,60}",
    re.IGNORECASE,
)
"""Whole headings of requests to the visitor."""
_LONGEST_BLURB = 40
_PROMPT = re.compile(
    r"(?:(?:is|was) this (?:page|article|information|content|guidance) (?:useful|helpful)|did you find (?:this|what you)"
    r"|back to (?:the )?top$|skip to (?:main )?(?:content|navigation)|print this (?:page|article|guidance)"
    r"|share (?:this )?(?:page|article|post|on|via)\b|email this page|report a problem with this page|rate this page"
    r"|help us improve|follow us on|sign up (?:to|for) (?:our|the) |subscribe to (?:our|the) |we use (?:\w+ )?cookies"
    r"|this (?:site|website) uses cookies)",
    re.IGNORECASE,
)
_LONGEST_PROMPT = 200
_SHARING = re.compile(
    r"^(?:https?:)?//(?:www\.|m\.)?(?:facebook\.com/(?:sharer|share)|(?:twitter|x)\.com/(?:intent|share)"
    r"|linkedin\.com/(?:share|sharing|cws)|api\.whatsapp\.com/send|wa\.me/\?|reddit\.com/submit|pinterest\.[a-z.]+/pin)"
    r"|^mailto:\?|^whatsapp://",
    re.IGNORECASE,
)


def drop(tree: Tag, title: Tag | None, also: str = "") -> None:
    """Take the furniture out of a page.

    Args:
        tree: the page; it is changed.
        title: the heading that is the title of the page, if it has one.
        also: a CSS selector of what else is furniture on this site.
    """
    guard = _Guard(tree, title)
    for element in tree.select(f"{_HIDDEN}, {also}" if also else _HIDDEN):
        guard.drop(element)
    for element in [*tree.select(_ELEMENTS), *tree.find_all(_is_named)]:
        guard.drop(element)
    for element in tree.find_all("aside"):
        if not is_call_out(element):
            guard.drop(element)
    _drop_sharing(tree, guard)
    _drop_headed(tree, guard)
    _drop_prompts(tree, guard)


_CALL_OUT = re.compile(r"(?:^|-)(?:warning|call-?out|inset|alert|important|info-?box|emphasis-box|notice|attention)(?:-|$)")
_LONGEST_CALL_OUT = 2_000


def is_call_out(element: Tag) -> bool:
    """Whether an element is set apart from the text to warn or to stress, and is short enough for that to be so."""
    if element.get("role") == "note":
        return True
    named = any(_CALL_OUT.search(_kebab(name)) for name in element.get("class") or ())
    return named and short_words(element, _LONGEST_CALL_OUT) is not None


def blocks(root: Tag, pattern: re.Pattern[str]) -> list[Tag]:
    """Return the innermost block of each string that the pattern matches from its beginning, headings left out."""
    found: dict[int, Tag] = {}
    for string in root.find_all(string=lambda words: words is not None and pattern.match(one_line(words)) is not None):
        block = string.find_parent(_BLOCKS)
        if block is not None and not string.find_parent(_HEADINGS):
            found[id(block)] = block
    return list(found.values())


def is_furniture(element: Tag) -> bool:
    """Whether an element is furniture by its name, role, class or id, an ``aside`` excepted."""
    return element.name in {"nav", "footer", "form", "dialog"} or element.get("role") == "navigation" or _is_named(element)


def _is_named(element: Tag) -> bool:
    if element.name in {"html", "body", "main", "article", *_HEADINGS}:
        return False
    classes = [_kebab(name) for name in element.get("class") or ()]
    names = [*classes, _kebab(str(element.get("id") or ""))]
    return any(map(_CLASSES.fullmatch, classes)) or any(map(_NAMES.search, names))


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).replace("_", "-").replace("--", "-").lower()


class _Guard:
    """Drops elements, but never one that the page cannot do without."""

    def __init__(self, tree: Tag, title: Tag | None) -> None:
        whole = tree.find("main") or tree.find("body") or tree
        self.half = len(whole.get_text()) / 2
        kept = [title, *tree.find_all("main"), *tree.select("[role=main]")]
        self.kept = {id(above) for one in kept if one is not None for above in (one, *one.parents)}

    def drop(self, element: Tag) -> bool:
        if element.decomposed or not self.may_drop(element):
            return False
        element.decompose()
        return True

    def may_drop(self, element: Tag) -> bool:
        return id(element) not in self.kept and len(element.get_text()) <= self.half


def _drop_sharing(tree: Tag, guard: _Guard) -> None:
    """Take out links that share the page, and the list or block that holds nothing else."""
    for link in tree.find_all("a", href=_SHARING):
        if link.decomposed:
            continue
        block: Tag = link
        while (above := block.parent) and _is_terse(above) and guard.may_drop(above) and all(map(_shares, _links(above))):
            block = above
        guard.drop(block)


def _links(element: Tag) -> Iterator[Tag]:
    yield from element.find_all("a", href=True)


def _shares(link: Tag) -> bool:
    return _SHARING.search(str(link["href"])) is not None


def _is_terse(element: Tag) -> bool:
    return short_words(element, _LONGEST_PROMPT) is not None and element.find("p") is None


def _drop_headed(tree: Tag, guard: _Guard) -> None:
    """Take out headings of furniture, with the section that they begin, or else with the links and controls below them."""
    for heading in tree.find_all(_HEADINGS):
        if heading.decomposed or not guard.may_drop(heading):
            continue
        words = short_words(heading, _LONGEST_PROMPT) or ""
        asked, listed = _ASKED.fullmatch(words), _LISTED.fullmatch(words)
        around = heading.parent
        if not (asked or listed) or around is None:
            continue
        if _begins_with(around, heading) and (asked or not _has_prose(around)) and guard.drop(around):
            continue
        below = list(_controls_below(heading, bool(asked)))
        if all(map(guard.may_drop, below)) and (asked or below):
            for one in [heading, *below]:
                one.decompose()


def _has_prose(section: Tag) -> bool:
    """Whether there is a paragraph, outside any list, that says more than its links do."""
    return any(
        paragraph.find_parent("li") is None and _words_beside_links(paragraph) > _LONGEST_BLURB
        for paragraph in section.find_all("p")
    )


def _words_beside_links(element: Tag) -> int:
    """Return how many characters of an element stand in no link or button."""
    return len(words_of(element)) - sum(len(words_of(link)) for link in element.find_all(["a", "button"]))


def _controls_below(heading: Tag, asked: bool) -> Iterator[Tag]:
    """Yield what stands directly below a heading and is no text: lists, forms, links; one paragraph of a request too."""
    for at, sibling in enumerate(one for one in heading.next_siblings if isinstance(one, Tag)):
        controls = sibling.name in {"ul", "ol", "form", "a", "button", "br", "hr"} or _words_beside_links(sibling) <= 0
        if not controls and not (asked and at == 0 and sibling.name == "p"):
            return
        yield sibling


def _begins_with(around: Tag, heading: Tag) -> bool:
    """Whether an element is the section of its first heading: nothing stands before it, and no heading of its level follows."""
    if around.name not in {"div", "section", "aside"}:
        return False
    if any(one_line(before.get_text()) for before in heading.previous_siblings):
        return False
    return not any(one is not heading and one.name <= heading.name for one in around.find_all(_HEADINGS))


def _drop_prompts(tree: Tag, guard: _Guard) -> None:
    """Take out short requests to the visitor, with the links and buttons beside them."""
    for block in blocks(tree, _PROMPT):
        if block.decomposed or short_words(block, _LONGEST_PROMPT) is None:
            continue
        above = block.parent
        if above is not None and _only_controls(above, block) and guard.drop(above):
            continue
        guard.drop(block)


def _only_controls(above: Tag, prompt: Tag) -> bool:
    if above.name not in {"div", "section", "aside"} or short_words(above, 2 * _LONGEST_PROMPT) is None:
        return False
    rest: Iterable[Tag] = (one for one in above.find_all(True, recursive=False) if one is not prompt)
    return all(one.name in {"a", "button", "input", "span"} for one in rest)
