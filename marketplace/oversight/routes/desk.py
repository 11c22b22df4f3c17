"""The centre's list of signals, one of them with its evidence, and what is done with it."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.catalogue.queries import list_names
from marketplace.core.clock import day_of, latest_months
from marketplace.core.money import plain_yuan
from marketplace.core.sheets import write_csv, write_xlsx
from marketplace.oversight import commands
from marketplace.oversight.forms import read_question, read_reason, read_wish
from marketplace.oversight.queries import signals
from marketplace.oversight.routes.room import blueprint
from marketplace.oversight.rules.kinds import THRESHOLDS, Kind
from marketplace.oversight.rules.states import Side, State, is_party, operates, reads_all
from marketplace.oversight.rules.words import KIND_ABOUT, KIND_WORDS, STATE_WORDS
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import CSV, XLSX, download
from marketplace.web.fields import read_page


@blueprint.get("/desk/signals")
@allow(reads_all)
def desk() -> str:
    """Signals by how far they are; every filter stays in the address."""
    wish = read_wish(request.args, current_identity().area)
    return render_template(
        "oversight/desk.html",
        wish=wish,
        counts=signals.count_by_state(session(), wish),
        page=signals.list_signals(session(), wish, read_page(request.args)),
        kinds=tuple(Kind),
        states=tuple(State),
        months=latest_months(day_of(now())),
        kind_words=KIND_WORDS,
        state_names=STATE_WORDS,
    )


@blueprint.get("/desk/signals.<any(csv, xlsx):suffix>")
@allow(reads_all)
def export(suffix: str) -> ResponseReturnValue:
    """Exactly what the list shows, for a file."""
    wish = read_wish(request.args, current_identity().area)
    rows = [_head(), *_lines(signals.export_signals(session(), wish))]
    name = f"signals-{wish.state.lower()}-{day_of(now())}.{suffix}"
    if suffix == "xlsx":
        return download(write_xlsx(rows, now()), XLSX, name)
    return download(write_csv(rows), CSV, name)


def _head() -> tuple[str, ...]:
    return (
        _("编号"), _("类型"), _("规则版本"), _("发生日期"), _("发现日期"),
        _("单位"), _("供应商"), _("金额"), _("状态"), _("依据的订单"),
    )  # fmt: skip


def _lines(rows: Sequence[signals.SignalRow]) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        yield (
            one.id,
            _(KIND_WORDS[Kind(one.kind)]),
            one.version,
            one.happened_on,
            day_of(one.found_at),
            one.unit_name or "",
            one.producer_name or "",
            "" if one.amount_fen is None else plain_yuan(one.amount_fen),
            _(STATE_WORDS[State(one.state)]),
            " ".join(order["number"] for order in one.evidence["orders"]),
        )


def signal_page(signal_id: int, **_place: Any) -> str:
    """One signal: what it rests on, the log, and what may be done with it."""
    identity = current_identity()
    signal = signals.get_signal(session(), signal_id)
    sides = ((Side.UNIT, signal.row.unit_id), (Side.PRODUCER, signal.row.producer_id))
    return render_template(
        "oversight/one.html",
        signal=signal,
        row=signal.row,
        products=list_names(session(), signal.row.evidence["things"].get("product", ())),
        kind_words=KIND_WORDS,
        kind_about=KIND_ABOUT,
        thresholds=THRESHOLDS[Kind(signal.row.kind)],
        sides=[side for side, holder in sides if holder is not None],
        may_write=operates(identity) and not is_party(identity, signal.concerned),
        is_own=operates(identity) and is_party(identity, signal.concerned),
    )


@blueprint.get("/desk/signals/<int:signal_id>")
@allow(reads_all)
def signal(signal_id: int) -> str:
    return signal_page(signal_id)


def _back(signal_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("oversight.signal", signal_id=signal_id))


@blueprint.post("/desk/signals/<int:signal_id>/ask")
@allow(operates)
@shown_again_by(signal_page)
def ask(signal_id: int) -> ResponseReturnValue:
    asked = read_question(request.form)
    commands.ask_about(session(), current_identity(), signal_id, asked, now())
    return _back(signal_id, _("已发出,对方会收到通知。"))


@blueprint.post("/desk/signals/<int:signal_id>/close")
@allow(operates)
@shown_again_by(signal_page)
def close(signal_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    commands.close_signal(session(), current_identity(), signal_id, reason, now())
    return _back(signal_id, _("已关闭,理由留在记录里。"))


@blueprint.post("/desk/signals/<int:signal_id>/reopen")
@allow(operates)
@shown_again_by(signal_page)
def reopen(signal_id: int) -> ResponseReturnValue:
    reason = read_reason(request.form)
    commands.reopen_signal(session(), current_identity(), signal_id, reason, now())
    return _back(signal_id, _("已重新打开。"))
