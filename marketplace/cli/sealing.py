"""Changing the key that seals: `reseal`."""

from typing import Any

import click
from flask.cli import with_appcontext

from marketplace.accounts.commands.second_step import SEALED as AUTHENTICATORS
from marketplace.audit.commands import record
from marketplace.benefits.commands import SEALED as HOUSEHOLDS
from marketplace.core.resealing import Sealed, reseal_part
from marketplace.documents.commands.keep import SEALED as PAPERS
from marketplace.entering.commands.apply import SEALED as ENTRIES
from marketplace.hosts.commands.sealed import PHOTOGRAPHS
from marketplace.hosts.commands.sealed import SEALED as APPLICATIONS
from marketplace.ordering.commands.consignees import CONSIGNEES, RECIPIENTS
from marketplace.outbox.commands.requests import SEALED as ANSWERS
from marketplace.payments.commands.sealed import ACCOUNTS, BANK_LINES, PAYOUTS
from marketplace.privacy.commands.export import SEALED as COPIES
from marketplace.units.commands.units import SEALED as CENTRES
from marketplace.web import commit, now, session
from marketplace.web.sealing import sealer

# Every column that is sealed. A test looks for others.
EVERYTHING: dict[str, Sealed] = {
    "authenticators": AUTHENTICATORS,
    "households": HOUSEHOLDS,
    "applications of hosts": APPLICATIONS,
    "photographs of their papers": PHOTOGRAPHS,
    "copies of personal data": COPIES,
    "telephones of consignees": CONSIGNEES,
    "telephones on staff lists": RECIPIENTS,
    "bank accounts": ACCOUNTS,
    "lines of bank statements": BANK_LINES,
    "payouts": PAYOUTS,
    "accounts of applicants": ENTRIES,
    "accounts of centres": CENTRES,
    "papers": PAPERS,
    "answers of the API": ANSWERS,
}


@click.command("reseal")
@with_appcontext
def reseal() -> None:
    """Seals everything anew with HOUSEHOLD_KEY that HOUSEHOLD_KEY_FORMER sealed."""
    lost = 0
    for name, sealed in EVERYTHING.items():
        done, unopened = _reseal(sealed)
        lost += unopened
        click.echo(f"{name}: {done} sealed anew, {unopened} could not be opened.")
        _note(name, done, unopened)
    if lost:
        raise click.ClickException("Keep the former key: some rows were sealed with another.")
    click.echo("HOUSEHOLD_KEY_FORMER is needed no more.")


def _reseal(sealed: Sealed) -> tuple[int, int]:
    done = lost = 0
    last: tuple[Any, ...] | None = None
    # A part a transaction: nobody who buys waits for all of it.
    while part := reseal_part(session(), sealed, sealer(), last):
        commit()
        done, lost, last = done + part.sealed, lost + part.lost, part.last
    return done, lost


def _note(name: str, done: int, lost: int) -> None:
    record(
        session(),
        now(),
        actor_id=None,
        action="sealed.anew",
        object_kind="sealed",
        object_id=0,
        before=None,
        after={"what": name, "rows": done, "lost": lost},
    )
    commit()
