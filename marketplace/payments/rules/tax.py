"""Income tax that is withheld when a person is paid for their work, by the rule of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.core.money import PPM, Fen


@dataclass(frozen=True)
class Bracket:
    """Up to which taxable amount a rate holds (None: beyond), and what is taken off again."""

    upto_fen: int | None
    rate_ppm: int
    less_fen: int


@dataclass(frozen=True)
class TaxRule:
    """How pay for work is taxed when it is paid, from a day on."""

    from_on: date
    source: str
    # Up to `small_fen` a fixed amount is deducted as expenses, above it a part.
    small_fen: int
    deducted_fen: int
    deducted_ppm: int
    brackets: tuple[Bracket, ...]


@dataclass(frozen=True)
class Withheld:
    """What a payment comes to: `gross_fen` = `tax_fen` + `net_fen`."""

    gross_fen: int
    taxable_fen: int
    rate_ppm: int
    tax_fen: int

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.tax_fen


# The rules, newest last. A new one is added with its day; payments of before keep theirs.
TAX_RULES: Sequence[TaxRule] = (
    TaxRule(
        from_on=date(2019, 1, 1),
        source="国家税务总局公告 2018 年第 61 号第八条及附表(个人所得税预扣率表二)",
        small_fen=400_000,
        deducted_fen=80_000,
        deducted_ppm=200_000,
        brackets=(
            Bracket(2_000_000, 200_000, 0),
            Bracket(5_000_000, 300_000, 200_000),
            Bracket(None, 400_000, 700_000),
        ),
    ),
)


def rule_on(day: date) -> TaxRule:
    """The rule in force on a day."""
    held = [rule for rule in TAX_RULES if rule.from_on <= day]
    assert held, day
    return held[-1]


def withhold(gross_fen: int, rule: TaxRule) -> Withheld:
    """The tax on one payment, rounded half up to the fen; never below zero.

    What is taxable is a whole number of fen too: a part deducted of it is rounded half up.
    """
    if gross_fen <= rule.small_fen:
        taxable_fen = max(0, gross_fen - rule.deducted_fen)
    else:
        taxable_fen = gross_fen - _part(gross_fen, rule.deducted_ppm)
    bracket = next(
        one for one in rule.brackets if one.upto_fen is None or taxable_fen <= one.upto_fen
    )
    tax_fen = max(0, _part(taxable_fen, bracket.rate_ppm) - bracket.less_fen)
    return Withheld(gross_fen, taxable_fen, bracket.rate_ppm if taxable_fen else 0, Fen(tax_fen))


def _part(amount_fen: int, rate_ppm: int) -> int:
    """Rounded half up."""
    return (amount_fen * rate_ppm * 2 + PPM) // (PPM * 2)
