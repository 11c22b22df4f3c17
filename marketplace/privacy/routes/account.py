"""One's own data: taken along, and forgotten."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.commands import Claim
from marketplace.privacy.commands.ask import ask_for_copy, ask_to_be_forgotten, withdraw
from marketplace.privacy.commands.export import fetch
from marketplace.privacy.queries.obstacles import obstacles_of
from marketplace.privacy.queries.requests import find_waiting, list_own
from marketplace.privacy.routes.room import blueprint
from marketplace.privacy.rules import ERASURE, EXPORT
from marketplace.privacy.rules.coverage import FILES
from marketplace.web import allow, commit, confirmed_where_enrolled, current_identity, now, session
from marketplace.web.again import shown_again_by
from marketplace.web.downloads import download

ZIP = "application/zip"


def data_page(**_place: Any) -> str:
    me = current_identity().person_id
    return render_template(
        "privacy/data.html",
        waiting=find_waiting(session(), me, EXPORT),
        copies=list_own(session(), me, EXPORT),
        files=FILES,
        now=now(),
    )


@blueprint.get("/account/data")
@allow(own=True)
def my_data() -> str:
    """What can be taken along, and the copies that were made."""
    return data_page()


@blueprint.post("/account/data")
@allow(own=True)
@shown_again_by(data_page)
def ask() -> ResponseReturnValue:
    ask_for_copy(session(), current_identity(), now())
    commit()
    flash(_("已经开始整理,一般几分钟就好;好了会发消息告诉您。"))
    return redirect(url_for("privacy.my_data"))


@blueprint.post("/account/data/<int:request_id>/file")
@allow(own=True)
@shown_again_by(data_page)
def file(request_id: int) -> ResponseReturnValue:
    """A form and not a link: that it was fetched is written down."""
    archive = fetch(
        session(), current_identity(), request_id, current_app.extensions["sealer"], now()
    )
    commit()
    return download(archive, ZIP, f"bangfu-my-data-{request_id}.zip")


def erase_page(**_place: Any) -> str:
    me = current_identity().person_id
    requests = list_own(session(), me, ERASURE)
    return render_template(
        "privacy/erase.html",
        waiting=find_waiting(session(), me, ERASURE),
        latest=requests[0] if requests else None,
        obstacles=obstacles_of(session(), me),
    )


@blueprint.get("/account/erase")
@allow(own=True)
def erase() -> str:
    """What being forgotten means, what stands in its way, and the form that asks for it."""
    return erase_page()


@blueprint.post("/account/erase")
@allow(own=True)
@confirmed_where_enrolled
@shown_again_by(erase_page)
def ask_to_erase() -> ResponseReturnValue:
    identity = current_identity()
    demonstration = not current_app.config["SETTINGS"].production
    password = request.form.get("password", "")
    proof = Claim(identity.login, password, request.remote_addr, demonstration)
    ask_to_be_forgotten(session(), identity, proof, now(), end_transaction=commit)
    commit()
    flash(_("申请已收到。7 天内可以在这里撤回;到期自动注销。"))
    return redirect(url_for("privacy.erase"))


@blueprint.post("/account/erase/withdraw")
@allow(own=True)
@shown_again_by(erase_page)
def take_back() -> ResponseReturnValue:
    withdraw(session(), current_identity(), now())
    commit()
    flash(_("已撤回,账号照常使用。"))
    return redirect(url_for("privacy.erase"))
