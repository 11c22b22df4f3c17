"""Whether what people were asked for still waits: one statement for any number of notices."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.contracts.models import FrameworkContract, Inquiry, Quotation
from marketplace.contracts.rules.contracts import ContractState
from marketplace.contracts.rules.inquiries import InquiryState
from marketplace.core.clock import day_of
from marketplace.notices.queries import Checks, while_true
from marketplace.notices.rules import OpenNotice


def _still_to_answer(session: Session, notices: Sequence[OpenNotice], now: datetime) -> set[int]:
    """An inquiry waits for a producer until they have answered or its last day has passed."""
    wanted = {one.object_id for one in notices}
    asking = set(
        session.scalars(
            select(Inquiry.id).where(
                Inquiry.id.in_(wanted),
                Inquiry.state == InquiryState.ASKED,
                Inquiry.answer_until >= day_of(now),
            )
        )
    )
    answered = {
        (row.inquiry_id, row.producer_id)
        for row in session.execute(
            select(Quotation.inquiry_id, Quotation.producer_id).where(
                Quotation.inquiry_id.in_(wanted)
            )
        )
    }
    return {
        one.id
        for one in notices
        if one.object_id in asking
        and (one.object_id, one.params["organisation_id"]) not in answered
    }


# Kind of notice → whether it still waits.
CHECKS: Checks = {
    "contract_offered": while_true(
        FrameworkContract.id, FrameworkContract.state == ContractState.OFFERED
    ),
    "inquiry_asked": _still_to_answer,
    "inquiry_open": while_true(Inquiry.id, Inquiry.state == InquiryState.ASKED),
    "inquiry_due": while_true(Inquiry.id, Inquiry.state == InquiryState.ASKED),
    "inquiry_chosen": while_true(Inquiry.id, Inquiry.state == InquiryState.CHOSEN),
}
