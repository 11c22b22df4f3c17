"""Lists come in pages, all in the same shape."""

from typing import Any

from marshmallow import post_load

from marketplace.api.schemas.fields import Input, Output, TypedWhole, amount, several
from marketplace.core.paging import MAX_PAGE, MAX_PER_PAGE, PER_PAGE, PageRequest


class Paging(Input):
    """Which page of a list."""

    page = TypedWhole(1, most=MAX_PAGE, load_default=1)
    per_page = TypedWhole(PER_PAGE, most=MAX_PER_PAGE, load_default=PER_PAGE)


class JustPaging(Paging):
    """A list that has no other filter."""

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PageRequest:
        return PageRequest(**data)


def take_page(data: dict[str, Any]) -> PageRequest:
    """The page asked for, taken out of the other filters."""
    return PageRequest(data.pop("page"), data.pop("per_page"))


class PageOutput(Output):
    """What every page of a list says about itself."""

    page = amount(1)
    per_page = amount(24)
    total = amount(1)


def page_of(item: type[Output]) -> type[PageOutput]:
    """The shape of a page of such items."""
    parts = {
        "items": several(item),
        "__module__": __name__,
        "__doc__": f"A page of {item.__name__}.",
    }
    return type(f"{item.__name__}Page", (PageOutput,), parts)
