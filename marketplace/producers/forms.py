"""What a producer types about freight and workshops."""

from collections.abc import Mapping

from marketplace.core.errors import InvalidInput
from marketplace.core.money import Fen
from marketplace.core.numbers import normal_uscc
from marketplace.geography.forms import read_village
from marketplace.geography.rules import Villages
from marketplace.producers.commands.workshops import NewWorkshop
from marketplace.producers.rules import (
    BASES,
    BENEFITS,
    MOST_COUNT,
    MOST_NAME,
    MOST_REGIONS,
    MOST_TRADE,
    MOST_WORKERS,
    Carriage,
    Load,
    Tariff,
    WorkshopWords,
)
from marketplace.web.fields import Fields

# Rows of the form: those that are kept, and some to fill in.
ROWS = 8


def read_tariff(values: Mapping[str, str]) -> Tariff:
    """The flat freight and every row of rules that was filled in, in their order."""
    fields = Fields(values)
    flat = Carriage(first_fen=_yuan(fields, "flat"), free_from_fen=_yuan(fields, "flat_free"))
    rows = [_carriage(fields, place) for place in range(1, ROWS + 1) if _is_filled(values, place)]
    fields.check()
    return Tariff(flat, tuple(rows))


def _is_filled(values: Mapping[str, str], place: int) -> bool:
    names = ("regions", "first", "step", "free_from")
    return any(values.get(f"{name}-{place}", "").strip() for name in names)


def _carriage(fields: Fields, place: int) -> Carriage:
    regions = fields.text(f"regions-{place}", MOST_REGIONS, required=False)
    for mark in ",,、;;":
        regions = regions.replace(mark, " ")
    return Carriage(
        regions=tuple(regions.split()),
        basis=fields.choice(f"basis-{place}", BASES),
        first_count=fields.number(f"first_count-{place}", most=MOST_COUNT, default=1),
        first_fen=_yuan(fields, f"first-{place}"),
        step_count=fields.number(f"step_count-{place}", most=MOST_COUNT, default=1),
        step_fen=_yuan(fields, f"step-{place}"),
        free_from_fen=_yuan(fields, f"free_from-{place}"),
    )


def _yuan(fields: Fields, name: str) -> Fen:
    """An amount in yuan; nothing typed is nothing asked."""
    if not fields.values.get(name, "").strip():
        return Fen(0)
    return fields.yuan(name, least_fen=0)


def read_load(values: Mapping[str, str]) -> Load:
    """An order to try the rules on."""
    fields = Fields(values)
    load = Load(
        goods_fen=fields.yuan("goods"),
        pieces=fields.number("pieces", most=MOST_COUNT, default=1),
        weight_g=fields.number("weight", least=0, most=MOST_COUNT, default=0),
        address=fields.text("address", 200, required=False),
    )
    fields.check()
    return load


def read_workshop(values: Mapping[str, str], villages: Villages) -> NewWorkshop:
    """A new workshop, and where it stands."""
    fields = Fields(values)
    village_code = read_village(fields, "village_code", villages)
    words = _workshop_words(fields)
    fields.check()
    return NewWorkshop(village_code=village_code, **vars(words))


def read_workshop_words(values: Mapping[str, str]) -> WorkshopWords:
    """What is said of a workshop that there is."""
    fields = Fields(values)
    words = _workshop_words(fields)
    fields.check()
    return words


def _workshop_words(fields: Fields) -> WorkshopWords:
    return WorkshopWords(
        name=fields.text("name", MOST_NAME),
        benefit_kind=fields.choice("benefit_kind", BENEFITS),
        trade=fields.text("trade", MOST_TRADE),
        # Nothing typed is not nobody.
        workers=fields.number("workers", least=0, most=MOST_WORKERS, default=-1),
    )


def read_uscc(fields: Fields) -> str:
    """A code with its check digit; what is wrong with it stands in the fields."""
    typed = fields.text("uscc", 30)
    if not typed or fields.errors:
        return ""
    try:
        return normal_uscc(typed)
    except InvalidInput as wrong:
        fields.errors.extend(wrong.errors)
        return ""
