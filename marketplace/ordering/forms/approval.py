"""What is typed about how a unit approves: its steps, and who stands in for whom."""

from collections.abc import Collection, Mapping
from datetime import date

from marketplace.ordering.rules import Fund
from marketplace.ordering.rules.approval import MOST_STEPS, Step
from marketplace.web.fields import Fields

EVERY_FUND = "ALL"


def read_steps(values: Mapping[str, str], approvers: Collection[int]) -> list[Step]:
    """The rows in which an approver is chosen; an empty row is no step."""
    fields = Fields(values)
    steps = []
    for place in range(1, MOST_STEPS + 1):
        if not values.get(f"approver-{place}"):
            continue
        approver = fields.choice(f"approver-{place}", [str(one) for one in approvers])
        fund = fields.choice(f"fund-{place}", [EVERY_FUND, *Fund])
        from_fen = fields.yuan(f"from-{place}", least_fen=0)
        if not fields.errors:
            steps.append(Step(from_fen, None if fund == EVERY_FUND else fund, int(approver)))
    fields.check()
    return steps


def read_switch(values: Mapping[str, str]) -> tuple[bool, str]:
    """Whether a second person approves, and why that is changed."""
    fields = Fields(values)
    wanted = (fields.choice("four_eyes", ("on", "off")) == "on", fields.text("reason", 200))
    fields.check()
    return wanted


def read_substitute(
    values: Mapping[str, str], approvers: Collection[int]
) -> tuple[int, date, date]:
    """Who stands in, and on which days."""
    fields = Fields(values)
    substitute = fields.choice("substitute", [str(one) for one in approvers])
    from_on, until_on = fields.day("from_on"), fields.day("until_on")
    fields.check()
    assert from_on is not None
    assert until_on is not None
    return int(substitute), from_on, until_on
