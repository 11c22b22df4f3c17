"""Verbs of passkeys: asking, registering, believing an answer once, taking away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from marketplace.accounts.commands.second_step import close_if_last, open_second_step
from marketplace.accounts.commands.sessions import Origin, note_sign_in
from marketplace.accounts.models import Passkey, Person, SpentChallenge
from marketplace.accounts.queries import hash_of
from marketplace.accounts.queries.proofs import find_passkey, get_own_passkey, list_passkeys
from marketplace.accounts.rules.logins import is_demonstration, normal_text
from marketplace.accounts.rules.passkeys import (
    MOST_ANSWER,
    MOST_NAME,
    MOST_PASSKEYS,
    House,
    PasskeyDoubted,
    PasskeyRefused,
    TooManyPasskeys,
)
from marketplace.accounts.rules.second_step import Outcome
from marketplace.audit.commands import record
from marketplace.core.db import insert_into
from marketplace.core.identity import Identity
from marketplace.core.sealing import Sealer


@dataclass(frozen=True)
class Answer:
    """What a browser sent back, and the question it was asked."""

    credential: str
    challenge: bytes
    house: House


def ask_for_new(session: Session, identity: Identity, challenge: bytes, house: House) -> str:
    """The question by which a browser makes a new passkey, as JSON."""
    known = list_passkeys(session, identity.person_id)
    options = generate_registration_options(
        rp_id=house.host,
        rp_name=house.name,
        user_id=f"person:{identity.person_id}".encode(),
        user_name=identity.login,
        user_display_name=identity.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return options_to_json(options)


def ask_for_known(session: Session, person_id: int | None, challenge: bytes, house: House) -> str:
    """The question that a passkey answers, as JSON: one of a person's, or, where nobody said yet
    who they are, any that verifies its user."""
    known = list_passkeys(session, person_id) if person_id is not None else []
    verify = UserVerificationRequirement
    options = generate_authentication_options(
        rp_id=house.host,
        challenge=challenge,
        allow_credentials=_descriptors(known),
        user_verification=verify.REQUIRED if person_id is None else verify.PREFERRED,
    )
    return options_to_json(options)


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in known
    ]


@dataclass(frozen=True)
class NewPasskey:
    """What its owner calls it, and what the browser made."""

    name: str
    answer: Answer


def register_passkey(
    session: Session,
    identity: Identity,
    named: NewPasskey,
    now: datetime,
    *,
    sealer: Sealer,
) -> list[str]:
    """Keeps a new passkey. The recovery codes that were made with it, where it is the first
    second step. Raises InvalidInput, PasskeyRefused, TooManyPasskeys."""
    answer, name = named.answer, normal_text(named.name, "name", MOST_NAME)
    person = session.get_one(Person, identity.person_id, with_for_update=True)
    if len(list_passkeys(session, person.id)) >= MOST_PASSKEYS:
        raise TooManyPasskeys(most=MOST_PASSKEYS)
    _spend(session, answer, now)
    try:
        made = verify_registration_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=answer.house.host,
            expected_origin=answer.house.origin,
        )
    except WebAuthnException:
        raise PasskeyRefused from None
    credential_id = bytes_to_base64url(made.credential_id)
    kept = insert_into(session, Passkey).values(
        person_id=person.id,
        name=name,
        credential_hash=hash_of(credential_id),
        credential_id=credential_id,
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        created_at=now,
    )
    once = kept.on_conflict_do_nothing(index_elements=["credential_hash"]).returning(Passkey.id)
    passkey_id = session.scalar(once)
    if passkey_id is None:
        raise PasskeyRefused
    _note(session, now, person.id, "passkey.registered", passkey_id)
    return open_second_step(session, person.id, now, sealer)


@dataclass(frozen=True)
class Visitor:
    """Who is expected, where it was said before, and from where they come."""

    person_id: int | None
    origin: Origin
    demonstration: bool


def believe(session: Session, answer: Answer, who: Visitor, now: datetime) -> Person:
    """Whose passkey answered. Without a name before, only one that verified its user counts.

    Raises PasskeyRefused; and PasskeyDoubted, whose note the caller makes last, where the key
    counts backwards: then there are two of it.
    """
    passkey, person = _find(session, answer, who)
    try:
        told = verify_authentication_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=answer.house.host,
            expected_origin=answer.house.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            # Compared below: a copy is told from a forgery only by a signature that is right.
            credential_current_sign_count=0,
            require_user_verification=who.person_id is None,
        )
    except WebAuthnException:
        raise PasskeyRefused from None
    _spend(session, answer, now)
    count = told.new_sign_count
    if (count or passkey.sign_count) and count <= passkey.sign_count:
        passkey.doubted_at = now
        note_sign_in(session, person, who.origin, now, Outcome.DOUBTED)
        _note(session, now, person.id, "passkey.doubted", passkey.id)
        session.flush()
        raise PasskeyDoubted
    passkey.sign_count, passkey.last_used_at = count, now
    session.flush()
    return person


def _find(session: Session, answer: Answer, who: Visitor) -> tuple[Passkey, Person]:
    """The passkey and its owner. Raises PasskeyRefused."""
    if len(answer.credential) > MOST_ANSWER:
        raise PasskeyRefused
    try:
        credential_id = parse_authentication_credential_json(answer.credential).id
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise PasskeyRefused from None
    found = find_passkey(session, credential_id)
    if found is None or (who.person_id is not None and found[1].id != who.person_id):
        raise PasskeyRefused
    if is_demonstration(found[1].login) and not who.demonstration:
        raise PasskeyRefused
    return found


def _spend(session: Session, answer: Answer, now: datetime) -> None:
    """Takes the question, if nobody was quicker. Raises PasskeyRefused."""
    taken = insert_into(session, SpentChallenge).values(
        challenge_hash=hash_of(bytes_to_base64url(answer.challenge)), spent_at=now
    )
    once = taken.on_conflict_do_nothing(index_elements=["challenge_hash"])
    if session.execute(once.returning(SpentChallenge.spent_at)).first() is None:
        raise PasskeyRefused


def remove_passkey(session: Session, person_id: int, passkey_id: int, now: datetime) -> None:
    """Takes one's own passkey away. Raises NotFound for others'."""
    session.delete(get_own_passkey(session, person_id, passkey_id))
    session.flush()
    _note(session, now, person_id, "passkey.removed", passkey_id)
    close_if_last(session, person_id)


def _note(session: Session, now: datetime, person_id: int, action: str, passkey_id: int) -> None:
    record(
        session,
        now,
        actor_id=person_id,
        action=action,
        object_kind="person",
        object_id=person_id,
        before=None,
        after={"passkey_id": passkey_id},
    )
