"""The rules of the demonstration: first versions of a year ago, and a change that is shown now."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.demonstration.money import who
from marketplace.texts.commands import GivenText, load_first, publish_draft, save_draft
from marketplace.texts.rules import Kind
from marketplace.texts.rules.first import first_text

OLD, NEW = "- 供应商 3 天内答复。", "- 供应商 2 天内答复;鲜活、易腐的商品 1 天内答复。"
REASON = "买家反映鲜活商品等三天太久:供应商答复的期限由 3 天改为 2 天,鲜活商品改为 1 天。"


def tell_of_texts(session: Session, logins: dict[str, int], now: datetime) -> None:
    """Two operators change the rules after the sale; the others stand as they came."""
    load_first(session, now - timedelta(days=400), demonstration=True)
    first = first_text(Kind.AFTER_SALE)
    assert OLD in first.body
    changed = GivenText(first.title, first.body.replace(OLD, NEW), REASON, None, 0)
    writer, reader = (who(session, logins[name]) for name in ("official", "cashier"))
    written_at = now - timedelta(days=2)
    save_draft(session, writer, Kind.AFTER_SALE, changed, written_at)
    publish_draft(session, reader, Kind.AFTER_SALE, 1, now - timedelta(days=1))
