"""A report as one HTML page: sections of text, tables and drawings, nothing fetched, readable without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from reports.safe_text import without_controls

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup


@dataclass(frozen=True)
class Block:
    """One piece of a section; what is empty is not shown, and the rest comes in this order.

    Parameters
    ----------
    title
        A heading below the section's.
    text
        A paragraph.
    points
        A list.
    drawings
        Inline SVG, side by side where there is room.
    heading, rows
        A table: its columns' headings, and the cells as text; the first column is to the left, the others to the right.
    caption
        Of the table.
    words
        Columns, by position from 0, that hold words and stand to the left as the first does.
    note
        A remark in small print below.
    folded
        A title under which the table is folded away until it is asked for; empty: it is open.
    """

    title: str = ""
    text: str = ""
    points: Sequence[str] = ()
    drawings: Sequence[Markup] = ()
    heading: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    caption: str = ""
    words: Sequence[int] = ()
    note: str = ""
    folded: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page with its title; ``anchor`` is its address within the page."""

    anchor: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class KeyFigure:
    """One figure at the head of the page: ``tone`` is ``good``, ``bad`` or empty."""

    name: str
    value: str
    remark: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Page:
    """The whole page.

    Parameters
    ----------
    banner
        What must be read before anything else; empty: none.
    lead
        A sentence or two below the title.
    footer
        The last line.
    """

    title: str
    lead: str
    figures: Sequence[KeyFigure]
    sections: Sequence[Section]
    banner: str = ""
    footer: str = ""
    language: str = field(default="en", kw_only=True)


def html_page(page: Page) -> str:
    """Write the page as HTML, every text escaped; a content-security policy in it forbids any request."""
    text = without_controls(_template().render(page=page))
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
