"""A report's page, taken apart to be looked at."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

from evaluation.report.words import NO_DIFFERENCE

VOID = {"meta", "br", "wbr", "line", "rect", "path", "circle", "use", "link", "img", "hr"}


class Page(HTMLParser):
    """What a page holds: its tags in balance, its text, its ids and what points somewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.text: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: Counter[str] = Counter()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        self.handle_attributes(attrs)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.handle_attributes(attrs)

    def handle_attributes(self, attrs):
        self.attributes.update(key for key, _ in attrs)
        self.ids += [value for key, value in attrs if key == "id"]
        self.links += [value for key, value in attrs if key in {"href", "src", "xlink:href"}]

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def no_difference(html: str) -> int:
    """How often the page says that no difference is shown, of a figure."""
    return html.count(f">{NO_DIFFERENCE}</span>")
