"""A host's own page: the code that viewers type, and what was sold through it."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from marketplace.attribution.queries import parts_of, total_of
from marketplace.broadcast.routes.room import blueprint
from marketplace.core.errors import NotFound
from marketplace.core.identity import Identity, OrganisationKind
from marketplace.hosts.queries import get_host, suspension_of
from marketplace.web import allow, current_identity, session


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
    """Sales by month, from the same sums as every other report."""
    host = get_host(session(), host_id)
    months = parts_of(session(), "host", str(host_id), "month")
    return render_template(
        "broadcast/host.html",
        host=host,
        suspension=suspension_of(session(), host),
        total=total_of(session(), "host", str(host_id)),
        months=sorted(months, key=lambda month: month.part_key, reverse=True),
        public_url=current_app.config["SETTINGS"].public_url,
    )
