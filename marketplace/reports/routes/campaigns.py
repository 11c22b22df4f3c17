"""Campaigns: announced at the desk, and what they brought, for everyone to see."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.attribution.queries import villages_of_orders
from marketplace.campaigns.commands import announce, change_campaign, end_campaign
from marketplace.campaigns.forms import read_campaign, read_reason
from marketplace.campaigns.queries import get_campaign, get_campaign_of, list_campaigns
from marketplace.campaigns.rules import writes
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.geography.queries import names_of
from marketplace.ordering.queries.campaigns import NONE, completed_orders_of, sales_of_campaigns
from marketplace.reports.routes.room import blueprint
from marketplace.web import allow, commit, current_identity, now, public, session
from marketplace.web.again import shown_again_by
from marketplace.web.areas import county_here, own_county


def reads_desk(identity: Identity) -> bool:
    return identity.is_in_centre()


def _county() -> str:
    return county_here(current_identity())


def desk_page(**_place: Any) -> str:
    found = list_campaigns(session(), _county())
    return render_template(
        "campaigns/desk.html",
        campaigns=found,
        sales=sales_of_campaigns(session(), [one.id for one in found]),
        no_sales=NONE,
        may_write=writes(current_identity()),
    )


@blueprint.get("/desk/campaigns")
@allow(reads_desk)
def campaigns_desk() -> str:
    return desk_page()


@blueprint.post("/desk/campaigns")
@allow(writes)
@shown_again_by(desk_page)
def announce_campaign() -> ResponseReturnValue:
    announce(session(), current_identity(), _county(), read_campaign(request.form), now())
    return _back(_("活动已发布。"))


def form_page(campaign_id: int) -> str:
    """What a campaign says, to change it or to end it."""
    return render_template(
        "campaigns/form.html",
        one=get_campaign_of(session(), _county(), campaign_id),
        today=day_of(now()),
        may_write=writes(current_identity()),
    )


@blueprint.get("/desk/campaigns/<int:campaign_id>")
@allow(reads_desk)
def edit_campaign(campaign_id: int) -> str:
    return form_page(campaign_id)


@blueprint.post("/desk/campaigns/<int:campaign_id>")
@allow(writes)
@shown_again_by(form_page)
def revise_campaign(campaign_id: int) -> ResponseReturnValue:
    place = (_county(), campaign_id)
    change_campaign(session(), current_identity(), place, read_campaign(request.form), now())
    return _back(_("活动已修改。"))


@blueprint.post("/desk/campaigns/<int:campaign_id>/end")
@allow(writes)
@shown_again_by(form_page)
def close_campaign(campaign_id: int) -> ResponseReturnValue:
    place, reason = (_county(), campaign_id), read_reason(request.form)
    end_campaign(session(), current_identity(), place, reason, now())
    return _back(_("活动已结束,结算时不能再选它。"))


def _back(words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("reports.campaigns_desk"))


@blueprint.get("/campaigns")
@public
def campaigns() -> str:
    """What runs or is to come, and of what is over what brought something."""
    found, today = list_campaigns(session(), own_county()), day_of(now())
    sales = sales_of_campaigns(session(), [one.id for one in found])
    return render_template(
        "campaigns/list.html",
        campaigns=[one for one in found if one.until_on >= today or one.id in sales],
        sales=sales,
        no_sales=NONE,
        today=today,
    )


@blueprint.get("/campaigns/<int:campaign_id>")
@public
def campaign(campaign_id: int) -> str:
    """A campaign with what it brought each village: only what is complete and was kept."""
    found = get_campaign(session(), campaign_id)
    villages = villages_of_orders(session(), completed_orders_of(session(), campaign_id))
    return render_template(
        "campaigns/one.html",
        campaign=found,
        sales=sales_of_campaigns(session(), [campaign_id]).get(campaign_id, NONE),
        villages=villages,
        names=names_of(session(), [code for code, _fen in villages]),
        today=day_of(now()),
    )
