"""Tax withheld from pay for work: the published examples, and no amount that breaks it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.payments.rules.commissions import AGENCY, HOST, Payee, tax_on
from marketplace.payments.rules.tax import TAX_RULES, rule_on, withhold

RULE = TAX_RULES[0]
TODAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("gross_fen", "taxable_fen", "rate_ppm", "tax_fen"),
    [
        (0, 0, 0, 0),
        (80_000, 0, 0, 0),
        (80_001, 1, 200_000, 0),
        (80_003, 3, 200_000, 1),
        # 2,000 yuan: 1,200 are taxed at 20 %; the example of the tax office's own notice.
        (200_000, 120_000, 200_000, 24_000),
        (400_000, 320_000, 200_000, 64_000),
        # One fen more: a fifth is deducted instead, which is the same but for rounding.
        (400_001, 320_001, 200_000, 64_000),
        (2_500_000, 2_000_000, 200_000, 400_000),
        # 30,000 yuan: 24,000 at 30 %, less 2,000.
        (3_000_000, 2_400_000, 300_000, 520_000),
        (6_250_000, 5_000_000, 300_000, 1_300_000),
        # 100,000 yuan: 80,000 at 40 %, less 7,000.
        (10_000_000, 8_000_000, 400_000, 2_500_000),
    ],
)
def test_what_is_withheld(gross_fen, taxable_fen, rate_ppm, tax_fen):
    found = withhold(gross_fen, RULE)
    assert (found.taxable_fen, found.rate_ppm, found.tax_fen) == (taxable_fen, rate_ppm, tax_fen)
    assert found.net_fen == gross_fen - tax_fen


@given(some.integers(0, 10**12))
def test_tax_is_never_negative_nor_more_than_a_third(gross_fen):
    found = withhold(gross_fen, RULE)
    assert 0 <= found.taxable_fen <= gross_fen
    assert 0 <= found.tax_fen * 100 <= found.taxable_fen * 40 + 100
    assert found.tax_fen + found.net_fen == gross_fen


@given(some.integers(0, 10**10), some.integers(1, 10**7))
def test_whoever_earns_more_keeps_more(gross_fen, more_fen):
    less, more = withhold(gross_fen, RULE), withhold(gross_fen + more_fen, RULE)
    assert more.tax_fen >= less.tax_fen
    assert more.net_fen >= less.net_fen


def test_nothing_jumps_where_one_bracket_ends_and_the_next_begins():
    ends = [bracket.upto_fen for bracket in RULE.brackets if bracket.upto_fen is not None]
    assert len(ends) == len(RULE.brackets) - 1
    for end_fen in ends:
        gross_fen = end_fen * 5 // 4
        step = withhold(gross_fen + 5, RULE).tax_fen - withhold(gross_fen, RULE).tax_fen
        assert 0 <= step <= 3


def test_a_rule_holds_from_its_day_and_names_its_source():
    assert rule_on(date(2019, 1, 1)) is RULE
    assert rule_on(TODAY) is TAX_RULES[-1]
    assert all(rule.source for rule in TAX_RULES)
    assert [rule.from_on for rule in TAX_RULES] == sorted(rule.from_on for rule in TAX_RULES)


def test_a_company_pays_its_own_tax_and_what_is_carried_is_not_taxed_yet():
    assert tax_on(Payee(AGENCY, 1), 10_000_000, TODAY).tax_fen == 0
    assert tax_on(Payee(HOST, 1), 99, TODAY).tax_fen == 0
    assert tax_on(Payee(HOST, 1), -500_000, TODAY).tax_fen == 0
    assert tax_on(Payee(HOST, 1), 10_000_000, TODAY).tax_fen == 2_500_000
