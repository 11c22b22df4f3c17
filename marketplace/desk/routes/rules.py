"""The rules of the quota: versions of a year, a draft with what it would change, publishing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.clock import day_of
from marketplace.desk.forms.rules import as_typed, read_rule
from marketplace.desk.routes.room import blueprint
from marketplace.desk.rules import operates, reads_desk
from marketplace.quota.commands import change_rule, discard_rule, draft_rule, publish_draft
from marketplace.quota.queries import as_rule, get_rule, list_rules
from marketplace.quota.rules.texts import FUNDS, PROFILES
from marketplace.reports.queries.trial import try_rule
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here

MOST_EFFECTS = 20


def rule_year() -> int:
    """Last year, this or next: rules of other years are of no use to anyone now."""
    this = day_of(now()).year
    typed = request.args.get("year", "")
    return int(typed) if typed in {str(this - 1), str(this), str(this + 1)} else this


@blueprint.get("/desk/rules")
@allow(reads_desk)
def rules() -> str:
    this = day_of(now()).year
    return render_template(
        "desk/rules.html",
        rows=list_rules(session(), rule_year(), area=current_identity().area),
        year=rule_year(),
        years=(this - 1, this, this + 1),
        profiles=PROFILES,
        may_write=operates(current_identity()),
    )


def new_rule_page(**_place: Any) -> str:
    """An empty form, one filled in from a profile, or from another version."""
    known = request.args.get("from", "")
    begun: Any = next((one for one in PROFILES if one.code == known), None)
    if known.isascii() and known.isdigit() and len(known) < 19:
        begun = as_rule(get_rule(session(), int(known)))
    return render_template(
        "desk/rule_form.html",
        begun=begun,
        ratio=as_typed(begun.ratio_ppm) if begun else 0,
        year=rule_year(),
        county=county_here(current_identity()),
        funds=FUNDS,
    )


@blueprint.get("/desk/rules/new")
@allow(operates)
def new_rule() -> str:
    return new_rule_page()


@blueprint.post("/desk/rules/new")
@allow(operates)
@shown_again_by(new_rule_page)
def write_rule() -> ResponseReturnValue:
    text = read_rule(request.form, rule_year(), current_identity().area)
    rule = draft_rule(session(), current_identity(), text, now())
    commit()
    flash(_("已存为草稿。请先看下面的试算,再发布。"))
    return redirect(url_for("desk.rule", rule_id=rule.id))


def rule_page(rule_id: int, **_place: Any) -> str:
    """One version; a draft with its form and what it would change."""
    row = get_rule(session(), rule_id)
    is_draft = row.published_at is None
    return render_template(
        "desk/rule.html",
        row=row,
        begun=as_rule(row),
        ratio=as_typed(row.ratio_ppm),
        year=row.year,
        funds=FUNDS,
        trial=try_rule(session(), rule_id, day_of(now())) if is_draft else None,
        most=MOST_EFFECTS,
        may_write=operates(current_identity()),
    )


@blueprint.get("/desk/rules/<int:rule_id>")
@allow(reads_desk)
def rule(rule_id: int) -> str:
    return rule_page(rule_id)


@blueprint.post("/desk/rules/<int:rule_id>")
@allow(operates)
@shown_again_by(rule_page)
def save_rule(rule_id: int) -> ResponseReturnValue:
    text = read_rule(request.form, get_rule(session(), rule_id).year, current_identity().area)
    change_rule(session(), current_identity(), rule_id, text, now())
    commit()
    flash(_("草稿已保存,试算已更新。"))
    return redirect(url_for("desk.rule", rule_id=rule_id))


@blueprint.post("/desk/rules/<int:rule_id>/publish")
@allow(operates)
@shown_again_by(rule_page)
def publish_rule(rule_id: int) -> ResponseReturnValue:
    row = publish_draft(session(), current_identity(), rule_id, now())
    commit()
    flash(_("已发布,从现在起按这个版本计入;以前计入的不变。"))
    return redirect(url_for("desk.rules", year=row.year))


@blueprint.post("/desk/rules/<int:rule_id>/discard")
@allow(operates)
@shown_again_by(rule_page)
def throw_rule_away(rule_id: int) -> ResponseReturnValue:
    year = get_rule(session(), rule_id).year
    discard_rule(session(), current_identity(), rule_id, now())
    commit()
    flash(_("草稿已删除。"))
    return redirect(url_for("desk.rules", year=year))
