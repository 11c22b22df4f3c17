"""What a producer types when it gives a mandate."""

from collections.abc import Mapping
from datetime import date

from marketplace.producers.forms import read_uscc
from marketplace.trading.rules import GivenTradeMandate
from marketplace.web.fields import Fields


def read_trade_mandate(values: Mapping[str, str]) -> GivenTradeMandate:
    """The trader's code and the days."""
    fields = Fields(values)
    uscc = read_uscc(fields)
    from_on, until_on = fields.day("from_on"), fields.day("until_on")
    fields.check()
    return GivenTradeMandate(uscc, from_on or date.min, until_on or date.min)
