"""Rules become data: drafted, tried, published. A published version never changes."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit.commands import record
from marketplace.core.errors import N_, NotFound, invalid
from marketplace.core.identity import Identity
from marketplace.geography.rules import is_within
from marketplace.quota.models import QuotaRule
from marketplace.quota.queries import forget_rules
from marketplace.quota.rules.texts import PublishedAlready, RuleText, require_sense

CODE_TAKEN = N_("这个规则代号已由其他地区使用,请换一个,例如加上本地区的区划代码。")


def _columns(text: RuleText) -> dict[str, Any]:
    return {
        **asdict(text),
        "funds": ",".join(text.funds),
        "origin_prefixes": ",".join(text.origin_prefixes),
    }


def publish_rule(session: Session, text: RuleText, now: datetime) -> QuotaRule:
    """Puts a version of a rule in force for its year."""
    rule = QuotaRule(**_columns(text), published_at=now)
    session.add(rule)
    session.flush()
    forget_rules(session)
    return rule


def draft_rule(session: Session, identity: Identity, text: RuleText, now: datetime) -> QuotaRule:
    """A version that is not in force yet, numbered after those there are."""
    require_sense(text)
    latest = session.scalar(
        select(func.max(QuotaRule.version)).where(
            QuotaRule.code == text.code, QuotaRule.year == text.year
        )
    )
    _require_code_free(session, identity, text)
    rule = QuotaRule(**{**_columns(text), "version": (latest or 0) + 1}, published_at=None)
    session.add(rule)
    session.flush()
    _trail(session, identity, rule, ("quota_rule.drafted", None), now)
    return rule


def _require_code_free(session: Session, identity: Identity, text: RuleText) -> None:
    """Versions of a code belong together: one that another area uses stays that area's."""
    wanted = select(QuotaRule.area).where(QuotaRule.code == text.code)
    if any(not is_within(area, identity.area) for area in session.scalars(wanted)):
        raise invalid("code", CODE_TAKEN)


def change_rule(
    session: Session, identity: Identity, rule_id: int, text: RuleText, now: datetime
) -> QuotaRule:
    """Changes a draft; its code, year and version stay. Raises NotFound, PublishedAlready."""
    require_sense(text)
    rule = _draft(session, rule_id)
    before = facts_of(rule)
    kept = {"code", "year", "version"}
    for name, value in _columns(text).items():
        if name not in kept:
            setattr(rule, name, value)
    session.flush()
    _trail(session, identity, rule, ("quota_rule.changed", before), now)
    return rule


def publish_draft(session: Session, identity: Identity, rule_id: int, now: datetime) -> QuotaRule:
    """Puts a draft in force from now on. What counted before stays as it was counted."""
    rule = session.get(QuotaRule, rule_id, with_for_update=True, populate_existing=True)
    if rule is None:
        raise NotFound
    if rule.published_at is None:
        rule.published_at = now
        session.flush()
        forget_rules(session)
        _trail(session, identity, rule, ("quota_rule.published", None), now)
    return rule


def discard_rule(session: Session, identity: Identity, rule_id: int, now: datetime) -> None:
    """Throws a draft away; the trail still tells what it said."""
    rule = _draft(session, rule_id)
    _trail(session, identity, rule, ("quota_rule.discarded", facts_of(rule)), now)
    session.delete(rule)
    session.flush()


def _draft(session: Session, rule_id: int) -> QuotaRule:
    rule = session.get(QuotaRule, rule_id, with_for_update=True, populate_existing=True)
    if rule is None:
        raise NotFound
    if rule.published_at is not None:
        raise PublishedAlready
    return rule


def facts_of(rule: QuotaRule) -> dict[str, Any]:
    """What a version says, for the trail."""
    names = [column.key for column in QuotaRule.__table__.columns if column.key != "published_at"]
    return {name: getattr(rule, name) for name in names}


def _trail(
    session: Session,
    identity: Identity,
    rule: QuotaRule,
    what: tuple[str, dict[str, Any] | None],
    now: datetime,
) -> None:
    action, before = what
    record(
        session,
        now,
        actor_id=identity.person_id,
        action=action,
        object_kind="quota_rule",
        object_id=rule.id,
        before=before,
        after=facts_of(rule),
    )
