"""The blueprint that all pages of recognitions hang on, and who may come there."""

from flask import Blueprint

from marketplace.core.identity import Identity, OrganisationKind, Role

blueprint = Blueprint("certification", __name__)


def works_for_a_producer(identity: Identity) -> bool:
    return bool(identity.organisations(OrganisationKind.PRODUCER))


def reads_desk(identity: Identity) -> bool:
    return identity.is_in_centre()


def looks_or_decides(identity: Identity) -> bool:
    return identity.is_in_centre(Role.OPERATOR, Role.CERTIFIER)


def recognises(identity: Identity) -> bool:
    return identity.is_in_centre(Role.CERTIFIER)
