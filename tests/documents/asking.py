"""Asking for papers, and a refund that changes what new ones tell."""

from marketplace.documents.commands import PaperWish, ask_for_paper
from marketplace.ordering import commands as ordering
from marketplace.ordering.rules import RefundedLine, RefundWish
from tests.county import START
from tests.ordering.steps import lines_of


def ask(session, identity, kind, about, form="pdf", now=START):
    paper_id = ask_for_paper(session, identity, PaperWish(kind, about, form), now)
    session.commit()
    return paper_id


def give_back(session, county, order):
    (line,) = lines_of(session, order.id)
    wish = RefundWish((RefundedLine(line.id, 1),), reason="少了一袋")
    refund = ordering.request_refund(session, county.buyer, order.id, wish, START)
    ordering.approve_refund(session, county.clerk, refund.id, START)
    session.commit()
    return refund
