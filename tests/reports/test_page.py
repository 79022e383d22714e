"""The page stands alone, asks for nothing, and shows what others wrote as text."""

from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from reports.page import Block, KeyFigure, Page, Section, html_page
from reports.svg import (
    Axes,
    BarRow,
    Caption,
    IntervalRow,
    Series,
    bar_drawing,
    column_drawing,
    curve_drawing,
    interval_drawing,
    round_ticks,
)

HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>\"'&\x00"
VOID = {"meta", "br", "hr", "img", "link", "input", "circle", "line", "rect", "polyline"}
ASKS = {
    "script",
    "link",
    "img",
    "iframe",
    "object",
    "embed",
    "video",
    "audio",
    "source",
    "base",
    "form",
    "image",
    "use",
}


class Reader(HTMLParser):
    """Collects tags, addresses and style, and holds that every tag is closed."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.addresses, self.text = set(), [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src", "srcset", "action", "data")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def page_of(words):
    caption = Caption(words, words)
    drawings = [
        interval_drawing(caption, [IntervalRow(words, 0.1, -0.1, 0.2)], str),
        bar_drawing(caption, [BarRow(words, 1.0, words)], [(0.5, words)]),
        column_drawing(caption, [-1.0, 0.0, 1.0], [0.4, 0.6], words, str),
        curve_drawing(
            caption, [Series(words, [0, 1], [0, 1]), Series(words, [0], [1], "points")], Axes(words, words, str, str)
        ),
    ]
    block = Block(
        title=words,
        text=words,
        points=[words],
        drawings=drawings,
        heading=[words, words],
        rows=[[words, words]],
        caption=words,
        note=words,
        folded=words,
    )
    figures = [KeyFigure(words, words, words, "good")]
    return Page(words, words, figures, [Section("one", words, [block])], banner=words, footer=words)


def test_whatever_a_text_holds_is_shown_as_text():
    html = html_page(page_of(HOSTILE))
    reader = read(html)
    assert not reader.tags & ASKS
    assert reader.addresses == ["#one"]
    assert "\x00" not in html
    assert "<script>alert(1)</script>" in "".join(reader.text)


def test_the_page_forbids_every_request_and_asks_for_none():
    html = html_page(page_of("plain"))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in html.replace("&#39;", "'")
    for asks in ("http:", "https:", "//", "url(", "@import", "javascript:"):
        assert asks not in html.replace('lang="en"', "")


def test_it_follows_the_reader_into_the_dark_and_onto_paper():
    html = html_page(page_of("plain"))
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert "overflow-x: auto" in html


def test_what_is_empty_is_not_shown():
    reader = read(html_page(Page("t", "l", [], [Section("a", "b", [Block()])])))
    assert not reader.tags & {"table", "details", "figure", "footer", "h3"}
    assert all("banner" not in text for text in reader.text if "{" not in text)


@pytest.mark.parametrize(
    ("low", "high", "about", "expected"),
    [
        (0.0, 0.93, 4, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (-0.021, 0.004, 4, [-0.03, -0.02, -0.01, 0.0, 0.01]),
        (0.0, 0.0, 4, [0.0, 0.25]),
        (5.0, 5.0, 1, [5.0, 10.0]),
    ],
)
def test_ticks_are_round_and_enclose_the_data(low, high, about, expected):
    assert round_ticks(low, high, about) == expected


def test_a_bar_is_as_long_as_its_value():
    drawing = bar_drawing(Caption("t", "d"), [BarRow("a", 2.0, ""), BarRow("b", 1.0, ""), BarRow("c", -1.0, "")])
    widths = [float(part.split('"')[0]) for part in str(drawing).split('width="')[1:]]
    # The longest bar has the whole width between the labels and the words, the half half of it, and below 0 nothing.
    assert widths == [374.0, 187.0, 0.0]
    assert isinstance(drawing, Markup)
