"""Names each field of a refused form in the summary above it, in the words the form itself uses.

The summary stands above the fields and is drawn before them; so the drawn page is read once more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import request
from flask_babel import gettext
from markupsafe import Markup, escape

from marketplace.core.errors import N_

NAMED = N_("%(what)s:%(name)s")

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
_INPUTS = ("input", "select", "textarea")
# What heads a group of fields: a row of a table, a fieldset, a part that opens.
_HEADED_BY = {"tr": "th", "fieldset": "legend", "details": "summary"}
_BESIDE_THE_NAME = {"field-optional", "field-hint", "field-error", "fine"}


def name_fields(page: str, errors: Mapping[str, str]) -> str:
    """The page, each line of whose summary says which field it means and leads to it."""
    form = _Form(page)
    for name, message in errors.items():
        plain = Markup('<a href="#{}">{}</a>').format(name, message)
        page = page.replace(plain, form.line(name, message), 1)
    return page


@dataclass(eq=False)
class _Element:
    tag: str
    facts: dict[str, str] = field(default_factory=dict)
    parent: "_Element | None" = None
    parts: "list[_Element | str]" = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.facts.get(name, "")

    def every(self) -> "Iterator[_Element]":
        """It and what it holds, as they stand on the page."""
        yield self
        for part in self.parts:
            if isinstance(part, _Element):
                yield from part.every()

    def around(self) -> "Iterator[_Element]":
        """It and what holds it, from the inside out."""
        found: _Element | None = self
        while found is not None:
            yield found
            found = found.parent

    def words(self, *, whole: bool = False) -> str:
        """What it says, without the remarks beside a name unless the whole is asked for."""
        said = [
            part if isinstance(part, str) else part.words(whole=whole)
            for part in self.parts
            if whole or isinstance(part, str) or not _BESIDE_THE_NAME & part.classes
        ]
        return " ".join("".join(said).split())

    @property
    def classes(self) -> set[str]:
        return set(self.get("class").split())

    @property
    def head(self) -> str:
        """What heads it, if it is a group of fields."""
        headed_by = _HEADED_BY.get(self.tag)
        for part in self.parts:
            if isinstance(part, _Element) and part.tag == headed_by:
                return part.words()
        return ""


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.root = self.at = _Element("page")
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        new = _Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.parts.append(new)
        if tag not in _VOID:
            self.at = new

    def handle_endtag(self, tag: str) -> None:
        ended = next((one for one in self.at.around() if one.tag == tag), None)
        if ended is not None and ended.parent is not None:
            self.at = ended.parent

    def handle_data(self, data: str) -> None:
        self.at.parts.append(data)


class _Form:
    """A drawn page: what its fields are called."""

    def __init__(self, page: str) -> None:
        self.elements = list(_Reader(page).root.every())

    def line(self, name: str, message: str) -> Markup:
        """One line of the summary; where no field is to be seen, the message alone."""
        # A form may call a field otherwise; the message then stands beneath it all the same.
        found = self._find(name) or self._find_marked(message)
        if found is None:
            return escape(message)
        label = self._name(found)
        words = gettext(NAMED, what=label, name=message) if label else message
        place = next((one.get("id") for one in found.around() if one.get("id")), name)
        return Markup('<a href="#{}">{}</a>').format(place, words)

    def _find(self, name: str) -> _Element | None:
        """The field, of the form that was sent where others have one of the same name."""
        found = [
            one
            for one in self.elements
            if one.get("id") == name or (one.tag in _INPUTS and one.get("name") == name)
            if one.get("type") != "hidden"
        ]
        return next((one for one in found if _was_sent(one)), found[0] if found else None)

    def _find_marked(self, message: str) -> _Element | None:
        for one in self.elements:
            mark = one.get("id")
            if mark.endswith("-error") and one.words(whole=True).endswith(message):
                return self._find(mark.removesuffix("-error"))
        return None

    def _name(self, found: _Element) -> str:
        """The field's label, after what heads its row where there are several rows."""
        own = self._label(found)
        if not own or "-" not in (found.get("name") or found.get("id")):
            return own
        head = next((one.head for one in found.around() if one is not found and one.head), "")
        return own if head in own or own in head else f"{head} · {own}"

    def _label(self, found: _Element) -> str:
        if found.tag == "fieldset" or found.get("type") == "radio":
            return next((one.head for one in found.around() if one.head), "")
        if found.get("aria-label"):
            return found.get("aria-label")
        around = set(found.around())
        for one in self.elements:
            is_for = found.get("id") and one.get("for") == found.get("id")
            if one.tag == "label" and (is_for or one in around):
                return one.words()
        return ""


def _was_sent(found: _Element) -> bool:
    form = next((one for one in found.around() if one.tag == "form"), None)
    if form is None:
        return False
    # A form may lead elsewhere by each of its buttons.
    elsewhere = (one.get("formaction") for one in form.every())
    leads_to = ((form.get("action") or request.path), *elsewhere)
    return any(address.startswith(request.path) for address in leads_to)
