"""The host's desk: the session that is on or comes next, the code, the money, what was sold."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.announcements.routes import current
from marketplace.announcements.rules import Audience
from marketplace.attribution.queries import parts_of, total_of
from marketplace.broadcast.queries.watched import read_board
from marketplace.broadcast.routes.boards import kept_boards
from marketplace.broadcast.routes.room import blueprint
from marketplace.core.clock import day_of, month_of
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.core.paging import PageRequest
from marketplace.hosts.queries import get_host, suspension_of
from marketplace.livestream.queries.sessions import SessionView, list_of_hosts
from marketplace.livestream.rules.sessions import SessionState
from marketplace.payments.queries import earnings_of
from marketplace.payments.queries.earnings import Earnings
from marketplace.payments.rules.commissions import HOST, Payee
from marketplace.web import allow, current_identity, now, session


def is_a_host(identity: Identity) -> bool:
    """Hosts, and their agencies' people."""
    return bool(identity.organisations(OrganisationKind.HOST))


@blueprint.get("/host/")
@allow(is_a_host)
def host() -> ResponseReturnValue:
    return host_page(current_identity().organisations(OrganisationKind.HOST)[0])


@blueprint.get("/host/<int:host_id>")
@allow(is_a_host)
def one_of_my_hosts(host_id: int) -> ResponseReturnValue:
    if not current_identity().has_role(OrganisationKind.HOST, host_id):
        raise NotFound
    return host_page(host_id)


def host_page(host_id: int) -> str:
    """Sales by month are the same sums as in every other report."""
    host = get_host(session(), host_id)
    months = parts_of(session(), "host", str(host_id), "month")
    live, following = (
        _first_session(host_id, state) for state in (SessionState.LIVE, SessionState.PLANNED)
    )
    return render_template(
        "broadcast/host.html",
        announced=current(Audience.HOSTS),
        host=host,
        suspension=suspension_of(session(), host),
        live=live,
        board=read_board(session(), kept_boards(), live, now()) if live else None,
        following=following,
        earnings=_earnings(host_id),
        total=total_of(session(), "host", str(host_id)),
        months=sorted(months, key=lambda month: month.part_key, reverse=True),
    )


def _first_session(host_id: int, state: str) -> SessionView | None:
    found = list_of_hosts(session(), [host_id], state, PageRequest(1, 1))
    return found.items[0] if found.items else None


def _earnings(host_id: int) -> Earnings:
    """This month's commission by how far it is."""
    month = month_of(day_of(now()))
    return earnings_of(session(), Payee(HOST, host_id), month, PageRequest(1, 1), now())
