"""What an applicant tells, and what is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from marketplace.core.errors import N_, FieldError, InvalidInput
from marketplace.core.numbers import normal_uscc
from marketplace.payments.rules.accounts import read_account_number
from marketplace.producers.rules import (
    BENEFITS,
    NOT_A_BENEFIT,
    Papers,
    wrong_papers,
    wrong_producer,
)
from marketplace.uploads.rules import GivenFile

BENEFIT_ROWS = 5
MOST_HOUSEHOLDS = 10_000
MOST_STORY = 1_000
_TAIL = re.compile(r"^\d{3}[\dX]$")

NO_LEGAL_NAME = N_("请填写法定代表人(负责人)的姓名。")
NOT_A_TAIL = N_("请只填身份证号的最后四位,例如 123X。")
NO_BANK = N_("请填写开户银行。")
NO_BENEFITS = N_("请至少填写一个带动的村、户数和带动方式。")
NOT_HOUSEHOLDS = N_("户数要在 1 到 %(most)s 之间。")
TWICE_THE_VILLAGE = N_("同一个村、同一种带动方式只填一行。")
NO_LICENCE = N_("请上传营业执照的照片或 PDF。")
NO_FOOD_PAPER = N_("请上传食品证件的照片或 PDF。")
NOT_ATTESTED = N_("请确认这一项,确认后才能提交。")
NO_PAPERS = Papers()


@dataclass(frozen=True)
class Benefit:
    """A village that the producer gives something to: how, and to how many households."""

    village_code: str
    kind: str
    households: int
    # Its row in the form, so that what is wrong with it is said there.
    row: int = 1


@dataclass(frozen=True)
class GivenEntry:
    """What an applicant has typed so far; a draft may leave anything open."""

    name: str = ""
    kind: str = ""
    is_trader: bool = False
    uscc: str = ""
    village_code: str = ""
    phone: str = ""
    story: str = ""
    papers: Papers = NO_PAPERS
    legal_name: str = ""
    legal_tail: str = ""
    bank: str = ""
    bank_number: str = ""
    benefits: tuple[Benefit, ...] = ()
    licence: GivenFile | None = None
    food_paper: GivenFile | None = None
    attested: frozenset[str] = frozenset()


def plain_tail(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().upper()


def wrong_entry(
    given: GivenEntry, today: date, kept: frozenset[str], attested: tuple[str, ...]
) -> list[FieldError]:
    """Everything that keeps an application from being handed in; `kept`: papers already there."""
    errors = wrong_producer(given.name, given.kind, given.phone)
    errors += _refused(normal_uscc, given.uscc, "uscc")
    errors += wrong_papers(given.papers, today)
    errors += _refused(read_account_number, given.bank_number, "bank_number")
    errors += wrong_benefits(given.benefits)
    needs_food = bool(given.papers.food_kind)
    checks = (
        ("legal_name", NO_LEGAL_NAME, bool(given.legal_name)),
        ("legal_tail", NOT_A_TAIL, bool(_TAIL.match(given.legal_tail))),
        ("bank", NO_BANK, bool(given.bank)),
        ("licence", NO_LICENCE, bool(given.licence) or "LICENCE" in kept),
        ("food_paper", NO_FOOD_PAPER, bool(given.food_paper) or "FOOD" in kept or not needs_food),
        *((f"attest-{code}", NOT_ATTESTED, code in given.attested) for code in attested),
    )
    return errors + [FieldError(field, words) for field, words, holds in checks if not holds]


def _refused(read: object, typed: str, field: str) -> list[FieldError]:
    assert callable(read)
    try:
        read(typed)
    except InvalidInput as refusal:
        return [FieldError(field, error.message, error.params) for error in refusal.errors]
    return []


def wrong_benefits(benefits: tuple[Benefit, ...]) -> list[FieldError]:
    """What is wrong with the rows of villages, by the place of the row."""
    if not benefits:
        return [FieldError("benefit_village-1", NO_BENEFITS)]
    errors, seen = [], set()
    for one in benefits:
        if one.kind not in BENEFITS:
            errors.append(FieldError(f"benefit_kind-{one.row}", NOT_A_BENEFIT))
        if not 1 <= one.households <= MOST_HOUSEHOLDS:
            most = (("most", MOST_HOUSEHOLDS),)
            errors.append(FieldError(f"households-{one.row}", NOT_HOUSEHOLDS, most))
        if (one.village_code, one.kind) in seen:
            errors.append(FieldError(f"benefit_village-{one.row}", TWICE_THE_VILLAGE))
        seen.add((one.village_code, one.kind))
    return errors
