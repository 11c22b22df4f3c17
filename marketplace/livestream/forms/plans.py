"""What a producer types of a plan, and of an answer."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from marketplace.core.errors import N_, InvalidInput
from marketplace.hosts.queries import find_host_by_code
from marketplace.livestream.rules.plans import MOST_RATE_PPM, PlanKind, PlanWish
from marketplace.livestream.rules.sessions import MOST_REASON
from marketplace.web.fields import HUNDREDTH_PPM, Fields

MOST_CODE = 12
NO_SUCH_HOST = N_("没有这个口令的主播,请向对方核对。")


def read_rate(fields: Fields, name: str = "rate") -> int:
    """A commission in percent, with at most two decimals."""
    return fields.percent(name, least_ppm=HUNDREDTH_PPM, most_ppm=MOST_RATE_PPM)


def read_plan(session: Session, values: Mapping[str, str]) -> PlanWish:
    """A plan; the host is named by the code that viewers know."""
    fields = Fields(values)
    kind = fields.choice("kind", list(PlanKind))
    typed = values.get("product_id", "").strip()
    wish = PlanWish(
        kind=kind,
        product_id=fields.number("product_id") if typed else None,
        host_id=_host(session, fields),
        rate_ppm=read_rate(fields),
        from_on=fields.day("from_on") or date.min,
        until_on=fields.day("until_on") or date.min,
    )
    fields.check()
    return wish


def _host(session: Session, fields: Fields) -> int | None:
    code = fields.text("host_code", MOST_CODE, required=False)
    if any(error.field == "host_code" for error in fields.errors):
        return None
    try:
        return find_host_by_code(session, code)
    except InvalidInput:
        fields.refuse("host_code", NO_SUCH_HOST)
        return None


def read_reason(values: Mapping[str, str], name: str = "reason") -> str:
    """Why, in words that the other side reads."""
    fields = Fields(values)
    reason = fields.text(name, MOST_REASON)
    fields.check()
    return reason
