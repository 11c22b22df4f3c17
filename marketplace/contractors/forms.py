"""What is typed of contractors and mandates."""

from collections.abc import Mapping
from datetime import date

from marketplace.contractors.rules import MOST_NAME, MOST_PHONE, GivenMandate, NewContractor
from marketplace.producers.forms import read_uscc
from marketplace.web.fields import Fields


def read_contractor(values: Mapping[str, str]) -> NewContractor:
    fields = Fields(values)
    uscc = read_uscc(fields)
    new = NewContractor(fields.text("name", MOST_NAME), uscc, fields.text("phone", MOST_PHONE))
    fields.check()
    return new


def read_mandate(values: Mapping[str, str]) -> GivenMandate:
    fields = Fields(values)
    uscc = read_uscc(fields)
    given = GivenMandate(
        uscc, fields.day("from_on") or date.min, fields.day("until_on") or date.min
    )
    fields.check()
    return given


def read_reason(values: Mapping[str, str]) -> str:
    fields = Fields(values)
    reason = fields.text("reason", 200)
    fields.check()
    return reason
