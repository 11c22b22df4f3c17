"""What is wrong with the markup of a page, as far as reading it tells."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

FIELDS = {"input", "select", "textarea"}
UNNAMED = {"hidden", "submit", "button", "reset", "image"}
PRESSED = {"a", "button", "summary"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Attributes that name other elements of the page by their ids.
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
# What alone may stand in a list.
CHILDREN = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "dl": {"dt", "dd", "div"},
    "tr": {"td", "th"},
    "select": {"option", "optgroup", "hr"},
}


TEMPLATE = re.compile(r"<template\b.*?</template>", re.DOTALL)


class Page:
    """A page, parsed as a browser does."""

    def __init__(self, html: str) -> None:
        parser = HTMLParser(namespace_html_elements=False)
        # The parser does not know templates, whose content is no part of the page yet.
        self.root: Element = parser.parse(TEMPLATE.sub("", html))
        self.errors = [(code, line) for (line, _column), code, _values in parser.errors]
        self.lines = html.splitlines()

    @cached_property
    def elements(self) -> list[Element]:
        return [one for one in self.root.iter() if isinstance(one.tag, str)]

    @cached_property
    def ids(self) -> Counter[str]:
        return Counter(one.attrib["id"] for one in self.elements if "id" in one.attrib)

    @cached_property
    def labelled(self) -> set[str]:
        return {one.get("for", "") for one in self.elements if one.tag == "label"}

    @cached_property
    def wrapped(self) -> set[Element]:
        """What stands inside its label."""
        labels = [one for one in self.elements if one.tag == "label"]
        return {inside for label in labels for inside in label.iter()}


def faults(html: str, lang: str) -> Iterator[str]:
    """Everything that a person or their reader of screens would trip over."""
    page = Page(html)
    for code, line in page.errors:
        yield f"{code}: {page.lines[line - 1].strip()[:120] if line <= len(page.lines) else line}"
    if page.root.get("lang") != lang:
        yield f"lang is {page.root.get('lang')}"
    if not words_of(next(page.root.iter("title"))).split("·")[0].strip():
        yield "no title"
    for check in (_ids, _fields, _headings, _pressed, _pictures, _children, _policy):
        yield from check(page)


def words_of(element: Element) -> str:
    """What is read aloud: text, names, and what pictures show."""
    said = [element.get("aria-label", ""), element.get("alt", "")]
    said += [one.get("aria-label", "") or one.get("alt", "") for one in element.iter()]
    return "".join([*said, *element.itertext()]).strip()


def _shown(element: Element) -> str:
    own = "".join(f' {name}="{value}"' for name, value in element.attrib.items())
    return f"<{element.tag}{own}>"[:160]


def _ids(page: Page) -> Iterator[str]:
    yield from (f"id {one} {times} times" for one, times in page.ids.items() if times > 1)
    for element in page.elements:
        named = [one for key in REFERENCES for one in element.get(key, "").split()]
        link = element.get("href", "") if element.tag == "a" else ""
        named += [link[1:]] if link.startswith("#") and link != "#" else []
        yield from (f"{_shown(element)} names {one}" for one in named if one not in page.ids)


def _fields(page: Page) -> Iterator[str]:
    for one in page.elements:
        if one.tag not in FIELDS or one.get("type") in UNNAMED:
            continue
        named = one.get("aria-label") or one.get("aria-labelledby") or one.get("title")
        if not named and one.get("id") not in page.labelled and one not in page.wrapped:
            yield f"no label: {_shown(one)}"


def _headings(page: Page) -> Iterator[str]:
    found = [(HEADINGS.index(one.tag) + 1, one) for one in page.elements if one.tag in HEADINGS]
    if sum(level == 1 for level, _ in found) != 1:
        yield f"{sum(level == 1 for level, _ in found)} main headings"
    for (before, _), (level, heading) in itertools.pairwise(found):
        if level > before + 1:
            yield f"h{level} after h{before}: {words_of(heading)[:40]}"
    yield from (f"empty h{level}" for level, heading in found if not words_of(heading))


def _pressed(page: Page) -> Iterator[str]:
    for one in page.elements:
        if one.tag not in PRESSED:
            continue
        if not words_of(one):
            yield f"says nothing: {_shown(one)}"
        if one.tag == "a" and not one.get("href"):
            yield f"leads nowhere: {_shown(one)}"
        inside = {inner.tag for inner in one.iter()} - {one.tag}
        if one.tag != "summary" and inside & (PRESSED | FIELDS):
            yield f"holds another: {_shown(one)}"


def _pictures(page: Page) -> Iterator[str]:
    for one in page.elements:
        if one.tag == "img" and not {"alt", "width", "height"} <= set(one.attrib):
            yield f"without words or size: {_shown(one)}"


def _children(page: Page) -> Iterator[str]:
    for one in page.elements:
        strange = {child.tag for child in one} - CHILDREN.get(str(one.tag), {c.tag for c in one})
        if strange:
            yield f"{strange} in {_shown(one)}"


def _policy(page: Page) -> Iterator[str]:
    """Our own rule: nothing inline, which browsers would drop anyway."""
    for one in page.elements:
        if "style" in one.attrib or any(name.startswith("on") for name in one.attrib):
            yield f"inline: {_shown(one)}"
