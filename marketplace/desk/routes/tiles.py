"""The desk's first page in parts: what waits, how units, villages and goods stand, what is well."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from marketplace.audit.queries import latest_verdict
from marketplace.cockpit.queries import newest_proof_row, read_health
from marketplace.cockpit.queries.read import FamilyFigures
from marketplace.cockpit.rules import PROOF_HOLDS, QUIET_DAYS, Family
from marketplace.cockpit.rules.waiting import KINDS, Kind, is_theirs, is_told
from marketplace.core.money import format_yuan
from marketplace.web import session
from marketplace.web.pages import moment as moment_words

Snapshot = Mapping[str, FamilyFigures]


@dataclass(frozen=True)
class WaitingTile:
    """Decisions of one kind that wait, and whether whoever looks makes them."""

    kind: Kind
    number: int
    days: int
    href: str
    is_theirs: bool


def waiting_tiles(
    snapshot: Snapshot, roles: Collection[str], today: date
) -> list[WaitingTile] | None:
    """One's own work first, then by how long the oldest waits. None before the first count."""
    family = snapshot.get(Family.WAITING)
    if family is None:
        return None
    found = [
        WaitingTile(
            kind,
            family.figures[name][0],
            _days_since(family.figures[name][1], today),
            _href(kind),
            is_theirs(kind, roles),
        )
        for name, kind in KINDS.items()
        if name in family.figures and is_told(kind, roles)
    ]
    return sorted(found, key=lambda one: (not one.is_theirs, -one.days))


def _href(kind: Kind) -> str:
    filters: dict[str, Any] = dict(kind.params)
    return url_for(kind.endpoint, **filters)


def _days_since(since: str | None, today: date) -> int:
    return (today - date.fromisoformat(since)).days if since else 0


@dataclass(frozen=True)
class Tile:
    """A figure that leads to its list. No number: it was never counted."""

    label: str
    href: str
    number: int | None
    note: str
    tone: str
    old_at: datetime | None


Told = Callable[[Mapping[str, Any]], tuple[int, str]]


def _tile(
    snapshot: Snapshot, family: Family, place: tuple[str, str], told: Told, tone: str = "wait"
) -> Tile:
    counted, (label, href) = snapshot.get(family), place
    if counted is None:
        return Tile(label, href, None, _("后台程序运行后几分钟内就有。"), "", None)
    number, note = told(counted.figures)
    old_at = counted.made_at if counted.is_stale else None
    return Tile(label, href, number, note, tone if number else "", old_at)


def county_tiles(snapshot: Snapshot) -> list[Tile]:
    """Units behind, villages without sales, goods that expire, whom to bring together."""
    units = url_for("desk.units", course="open"), url_for("desk.units", course="off")
    villages = url_for("cockpit.list_of_villages", sold="none")
    lately = url_for("cockpit.list_of_villages", sold="none", span="quarter")
    return [
        _tile(snapshot, Family.UNITS, (_("还没有完成的单位"), units[0]), _open_units),
        _tile(snapshot, Family.UNITS, (_("按现在的速度完不成的单位"), units[1]), _off_units, "bad"),
        _tile(snapshot, Family.VILLAGES, (_("今年没有销售的村"), villages), _unsold_villages),
        _tile(
            snapshot,
            Family.VILLAGES,
            (_("近 %(days)s 天没有销售的村", days=QUIET_DAYS), lately),
            _quiet_villages,
        ),
        _tile(snapshot, Family.STOCK, (_("快到期的批次"), url_for("desk.expiring")), _expiring),
        _tile(snapshot, Family.MATCHES, (_("撮合建议"), url_for("cockpit.matches")), _matches, ""),
    ]


def _open_units(figures: Mapping[str, Any]) -> tuple[int, str]:
    gap = format_yuan(figures["gap_fen"])
    return figures["open_units"], _(
        "共 %(units)s 个单位,合计还差 %(gap)s 元", units=figures["units"], gap=gap
    )


def _off_units(figures: Mapping[str, Any]) -> tuple[int, str]:
    short = format_yuan(figures["short_fen"])
    return figures["off_units"], _("照这样到年底合计还差 %(short)s 元", short=short)


def _unsold_villages(figures: Mapping[str, Any]) -> tuple[int, str]:
    return figures["none_this_year"], _("共 %(number)s 个村", number=figures["villages"])


def _quiet_villages(figures: Mapping[str, Any]) -> tuple[int, str]:
    return figures["none_in_quarter"], _("共 %(number)s 个村", number=figures["villages"])


def _expiring(figures: Mapping[str, Any]) -> tuple[int, str]:
    return figures["batches"], _(
        "%(days)s 天内到期:%(packs)s 份,值 %(value)s 元",
        days=figures["days"],
        packs=figures["packs"],
        value=format_yuan(figures["value_fen"]),
    )


def _matches(figures: Mapping[str, Any]) -> tuple[int, str]:
    return figures["number"], _("还差的单位和有货的村")


def check_tiles(now: datetime, closed: Collection[str]) -> list[dict[str, Any]]:
    """Whether books, trail and jobs are well, read as it is now in four statements. None leads to
    a page that is closed to whoever looks."""
    tiles = _proof_tile(now), _trail_tile(), _jobs_tile(now)
    return [{**tile, "href": "" if tile["href"] in closed else tile["href"]} for tile in tiles]


def _proof_tile(now: datetime) -> dict[str, Any]:
    proof, label = newest_proof_row(session()), _("对账")
    found = {"label": label, "href": url_for("desk.reconciliation")}
    if proof is None:
        return {**found, "figure": _("还没有对过"), "note": _("每晚自动对账一次"), "tone": "bad"}
    told = moment_words(proof.proved_at)
    if proof.breaks:
        words = _("%(number)s 处对不上", number=proof.breaks)
        return {**found, "figure": words, "note": told, "tone": "bad"}
    if now - proof.proved_at > PROOF_HOLDS:
        words = _("超过两天没有对账,上次是 %(moment)s", moment=told)
        return {**found, "figure": _("过时了"), "note": words, "tone": "bad"}
    return {**found, "figure": _("分文不差"), "note": told, "tone": "good"}


def _trail_tile() -> dict[str, Any]:
    verdict = latest_verdict(session())
    found = {"label": _("审计记录"), "href": url_for("administration.trail")}
    if verdict is None:
        return {**found, "figure": _("还没有核验过"), "note": _("每晚自动核验一次"), "tone": ""}
    told = moment_words(verdict.at)
    if verdict.broken:
        return {**found, "figure": _("链断了"), "note": told, "tone": "bad"}
    return {**found, "figure": _("全部连着"), "note": told, "tone": "good"}


def _jobs_tile(now: datetime) -> dict[str, Any]:
    health = read_health(session(), now)
    found = {"label": _("后台工作"), "href": url_for("cockpit.jobs")}
    if not health.rows:
        return {**found, "figure": _("没有启动"), "note": _("请信息人员启动"), "tone": "bad"}
    note = _("%(number)s 件事等着做", number=health.backlog.waiting)
    if health.late or health.is_behind:
        words = _("%(number)s 项晚了", number=health.late) if health.late else _("积压了")
        return {**found, "figure": words, "note": note, "tone": "bad"}
    if health.failed or health.backlog.failing:
        words = _("%(number)s 项没有成功", number=health.failed + health.backlog.failing)
        return {**found, "figure": words, "note": note, "tone": "bad"}
    return {**found, "figure": _("正常"), "note": note, "tone": "good"}
