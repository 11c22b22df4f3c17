"""What an address asks of a list of products, read kindly: nonsense narrows nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from marketplace.catalogue.queries import ProductFilter, Sort
from marketplace.core.errors import FieldError
from marketplace.core.paging import PageRequest
from marketplace.geography.rules import is_division_code
from marketplace.storefront.rules import FIRST_YEAR
from marketplace.web.fields import MAX_ID, Fields, read_page


@dataclass(frozen=True)
class Listing:
    """A list of products asked for, and what could not be understood of it."""

    wanted: ProductFilter
    page: PageRequest
    errors: tuple[FieldError, ...]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the category itself was asked for."""
        return replace(self.wanted, category=None) != ProductFilter(sort=self.wanted.sort)


def read_listing(
    values: Mapping[str, str], *, category: str | None = None, sort: Sort = Sort.SALES
) -> Listing:
    """The filter, order and page of a list; a category of the path goes before one asked for."""
    fields = Fields(values)
    code = category or values.get("category") or None
    township = values.get("township", "")
    wanted = ProductFilter(
        category=code if code and code.replace("-", "").isalnum() and code.isascii() else None,
        township=township if is_division_code(township) else None,
        producer=_id(values.get("producer", "")),
        certified=True if values.get("certified") == "1" else None,
        min_price_fen=_price(fields, "min_price"),
        max_price_fen=_price(fields, "max_price"),
        sort=_sort(values.get("sort", ""), sort),
    )
    return Listing(wanted, read_page(values), tuple(fields.errors))


def _id(typed: str) -> int | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MAX_ID))
    return min(int(typed), MAX_ID) if is_number else None


def read_year(values: Mapping[str, str], this_year: int) -> int:
    """The year of figures asked for; what cannot be meant is this year."""
    typed = values.get("year", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) == 4):
        return this_year
    return int(typed) if FIRST_YEAR <= int(typed) <= this_year else this_year


def _price(fields: Fields, name: str) -> int | None:
    """An amount in yuan, or None; what is wrong with it is noted with the field."""
    if not fields.values.get(name, "").strip():
        return None
    before = len(fields.errors)
    amount_fen = fields.yuan(name, least_fen=0)
    return amount_fen if len(fields.errors) == before else None


def _sort(typed: str, otherwise: Sort) -> Sort:
    return Sort(typed) if typed in set(Sort) else otherwise
