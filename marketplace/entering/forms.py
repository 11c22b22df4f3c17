"""What an applicant, a producer and the county type."""

from collections.abc import Mapping
from typing import Protocol

from werkzeug.datastructures import FileStorage

from marketplace.entering.rules.application import (
    BENEFIT_ROWS,
    MOST_HOUSEHOLDS,
    MOST_STORY,
    Benefit,
    GivenEntry,
    plain_tail,
)
from marketplace.entering.rules.requirements import ATTESTED, MOST_WORDS
from marketplace.geography.forms import read_village
from marketplace.geography.rules import Villages
from marketplace.producers.rules import BENEFITS, FOOD_KINDS, KINDS, MOST_FOOD_NUMBER, Papers
from marketplace.uploads.forms import read_file
from marketplace.web.fields import Fields


class Files(Protocol):
    """Files of a form by the name of their field."""

    def get(self, name: str) -> FileStorage | None: ...


def read_entry(values: Mapping[str, str], files: Files, villages: Villages) -> GivenEntry:
    """What was typed so far. Anything may be missing, nothing may be nonsense."""
    fields = Fields(values)
    given = GivenEntry(
        name=fields.text("name", 120, required=False),
        kind=_choice(fields, "kind", KINDS),
        is_trader=values.get("is_trader") == "1",
        uscc=fields.text("uscc", 40, required=False),
        village_code=read_village(fields, "village_code", villages, required=False),
        phone=fields.text("phone", 20, required=False),
        story=fields.text("story", MOST_STORY, required=False),
        papers=_papers(fields),
        legal_name=fields.text("legal_name", 60, required=False),
        legal_tail=plain_tail(fields.text("legal_tail", 4, required=False)),
        bank=fields.text("bank", 60, required=False),
        bank_number=fields.text("bank_number", 40, required=False),
        benefits=_benefits(fields, villages),
        licence=read_file("licence", files.get("licence")),
        food_paper=read_file("food_paper", files.get("food_paper")),
        attested=frozenset(code for code in ATTESTED if values.get(f"attest-{code}") == "1"),
    )
    fields.check()
    return given


def _choice(fields: Fields, name: str, options: tuple[str, ...]) -> str:
    return fields.choice(name, options) if fields.values.get(name, "").strip() else ""


def _papers(fields: Fields) -> Papers:
    kind = _choice(fields, "food_kind", FOOD_KINDS)
    number = fields.text("food_number", MOST_FOOD_NUMBER, required=False)
    until = fields.day("food_valid_until", required=False)
    return Papers(
        food_kind=kind,
        food_number=number if kind else "",
        food_valid_until=until if kind else None,
        licence_valid_until=fields.day("licence_valid_until", required=False),
    )


def _benefits(fields: Fields, villages: Villages) -> tuple[Benefit, ...]:
    rows = [row for row in range(1, BENEFIT_ROWS + 1) if _is_filled(fields, row)]
    return tuple(_benefit(fields, row, villages) for row in rows)


def _is_filled(fields: Fields, row: int) -> bool:
    names = (f"benefit_village-{row}", f"households-{row}")
    return any(fields.values.get(name, "").strip() for name in names)


def _benefit(fields: Fields, row: int, villages: Villages) -> Benefit:
    return Benefit(
        village_code=read_village(fields, f"benefit_village-{row}", villages),
        kind=fields.choice(f"benefit_kind-{row}", BENEFITS),
        households=fields.number(f"households-{row}", most=MOST_HOUSEHOLDS),
        row=row,
    )


def read_papers(values: Mapping[str, str]) -> Papers:
    """What a producer's papers say today."""
    fields = Fields(values)
    papers = _papers(fields)
    fields.check()
    return papers


def read_words(values: Mapping[str, str], *, required: bool = True, most: int = MOST_WORDS) -> str:
    """Why, or an opinion."""
    fields = Fields(values)
    words = fields.text("words", most, required=required)
    fields.check()
    return words


def read_days(values: Mapping[str, str]) -> int:
    fields = Fields(values)
    days = fields.number("days", least=0, most=365, default=-1)
    fields.check()
    return days
