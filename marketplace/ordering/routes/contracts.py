"""One contract: what it says, what was called off it, and the way to call off more."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.contracts import commands
from marketplace.contracts.forms.contracts import read_scan, read_words
from marketplace.contracts.queries.contracts import ContractView, get_contract
from marketplace.contracts.rules.contracts import may_end, writes_for
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity, OrganisationKind, Role
from marketplace.core.ids import new_code
from marketplace.ordering.commands import draft_purchase
from marketplace.ordering.forms.calloff import read_call_off
from marketplace.ordering.queries import last_consignee
from marketplace.ordering.queries.contracts import list_called, waiting_fen_of
from marketplace.ordering.routes.room import blueprint
from marketplace.ordering.rules import PurchaseWish, may_buy_for
from marketplace.outbox.commands import answer_once
from marketplace.outbox.rules import RememberedAnswer
from marketplace.web import allow, commit, current_identity, now, session
from marketplace.web.again import shown_again_by


def contract_page(contract_id: int, **_place: Any) -> str:
    identity, today = current_identity(), day_of(now())
    contract = get_contract(session(), identity, contract_id)
    row = contract.row
    valid = row.state == "SIGNED" and row.valid_from <= today <= row.valid_until
    return render_template(
        "contracts/contract.html",
        contract=contract,
        orders=list_called(session(), contract.orders),
        today=today,
        offers=_offers(identity, contract),
        waiting_fen=waiting_fen_of(session(), contract_id),
        may_call=valid and not contract.is_used_up and may_buy_for(identity, row.unit_id),
        consignee=last_consignee(session(), identity.person_id),
        nonce=new_code(20),
    )


def _offers(identity: Identity, contract: ContractView) -> set[str]:
    """What this person can do with the contract now."""
    row = contract.row
    own = row.unit_id if contract.side == "UNIT" else row.producer_id
    writes = writes_for(identity, contract.side, own)
    producer = identity.has_role(OrganisationKind.PRODUCER, row.producer_id)
    approves = identity.has_role(OrganisationKind.UNIT, row.unit_id, Role.APPROVER)
    can_sign = (producer and not contract.producer_signed_by) or (
        approves and not contract.unit_signed_by
    )
    office = identity.has_role(OrganisationKind.UNIT, row.unit_id, Role.BUYER, Role.FINANCE)
    party = producer or approves or office
    found = {
        "DRAFT": {"offer": writes, "change": writes, "drop": writes},
        "OFFERED": {"sign": can_sign, "return": party, "scan": party, "drop": writes},
        "SIGNED": {"end": may_end(identity, row.unit_id), "scan": party},
    }
    return {deed for deed, holds in found.get(row.state, {}).items() if holds}


@blueprint.get("/contracts/<int:contract_id>")
@allow()
def contract(contract_id: int) -> str:
    return contract_page(contract_id)


def _back(contract_id: int, words: str) -> ResponseReturnValue:
    commit()
    flash(words)
    return redirect(url_for("ordering.contract", contract_id=contract_id))


@blueprint.post("/contracts/<int:contract_id>/offer")
@allow()
@shown_again_by(contract_page)
def offer_contract(contract_id: int) -> ResponseReturnValue:
    commands.offer_contract(session(), current_identity(), contract_id, now())
    return _back(contract_id, _("合同已发给对方签署。"))


@blueprint.post("/contracts/<int:contract_id>/sign")
@allow()
@shown_again_by(contract_page)
def sign_contract(contract_id: int) -> ResponseReturnValue:
    signed = commands.sign_contract(session(), current_identity(), contract_id, now())
    words = _("双方已签署,合同生效。") if signed.state == "SIGNED" else _("已签署,等待对方签署。")
    return _back(contract_id, words)


@blueprint.post("/contracts/<int:contract_id>/return")
@allow()
@shown_again_by(contract_page)
def return_contract(contract_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.return_contract(session(), current_identity(), contract_id, words, now())
    return _back(contract_id, _("已退回,对方会看到您的说明。"))


@blueprint.post("/contracts/<int:contract_id>/end")
@allow()
@shown_again_by(contract_page)
def end_contract(contract_id: int) -> ResponseReturnValue:
    words = read_words(request.form)
    commands.end_contract(session(), current_identity(), contract_id, words, now())
    return _back(contract_id, _("合同已结束,不能再要货;已下的订单照常进行。"))


@blueprint.post("/contracts/<int:contract_id>/scan")
@allow()
@shown_again_by(contract_page)
def keep_scan(contract_id: int) -> ResponseReturnValue:
    scan = read_scan(request.files.get("scan"))
    commands.attach_scan(session(), current_identity(), contract_id, scan, now())
    return _back(contract_id, _("扫描件已保存。"))


@blueprint.post("/contracts/<int:contract_id>/call-off")
@allow()
@shown_again_by(contract_page)
def call_off(contract_id: int) -> ResponseReturnValue:
    """Makes a draft at the agreed prices; the page carries a number used once, so that a second
    click finds what the first one made."""
    identity = current_identity()
    row = get_contract(session(), identity, contract_id)
    variants = [line.variant_id for line in row.lines]
    nonce, wish = read_call_off(request.form, contract_id, row.row.unit_id, variants)
    asked = (identity.person_id, f"call-off:{contract_id}:{nonce}", "call-off")
    answer = answer_once(session(), asked, now(), lambda: _draft(identity, wish))
    commit()
    flash(_("采购单草稿已按合同价做好,核对后提交审批。"))
    return redirect(url_for("ordering.draft", purchase_id=int(answer.body)))


def _draft(identity: Identity, wish: PurchaseWish) -> RememberedAnswer:
    purchase = draft_purchase(session(), identity, wish, now())
    return RememberedAnswer(303, str(purchase.id))
