"""Days that are typed into forms."""

from datetime import date

import pytest

from marketplace.core.errors import InvalidInput
from marketplace.web.fields import Fields


@pytest.mark.parametrize(
    "typed", ["2000-01-01", "2099-12-31", "２０９９-１２-３１", " 2026-11-23 "]
)
def test_a_day_of_this_century_is_taken(typed: str) -> None:
    fields = Fields({"day": typed})
    day = fields.day("day")
    fields.check()
    assert isinstance(day, date)


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
@pytest.mark.parametrize("required", [True, False])
def test_a_day_from_which_nothing_can_be_counted_is_refused(typed: str, required: bool) -> None:
    """No instant begins the first day of the calendar in China, and none follows its last."""
    fields = Fields({"day": typed})
    assert fields.day("day", required=required) is None
    with pytest.raises(InvalidInput) as refused:
        fields.check()
    assert "2099" in refused.value.errors[0].message
