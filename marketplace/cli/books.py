"""Proving and exporting the books: `reconcile`, `export-ledger`, `verify-audit`."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TextIO

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from marketplace.audit.queries import find_forged, list_seals, verify
from marketplace.core.db import reading
from marketplace.reports import queries
from marketplace.reports.queries import Break
from marketplace.tables import SEALED_BOOKS
from marketplace.web import session


@contextmanager
def one_moment() -> Iterator[Session]:
    """The database as it is at one moment, while people go on buying."""
    with reading():
        opened = session()
        # SQLite's readers see one moment by themselves; PostgreSQL has to be asked.
        if opened.get_bind().dialect.name == "postgresql":
            opened.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        try:
            yield opened
        finally:
            opened.rollback()


# As many as there may ever be.
EVERY_SEAL = 10**9


def find_breaks() -> list[Break]:
    with one_moment() as opened:
        return queries.reconcile(opened)


def tell_breaks(breaks: Sequence[Break]) -> None:
    """The verdict in words, and exit status 1 where the books disagree."""
    if not breaks:
        click.echo("The books agree: orders, payments, ledger, quota, villages, totals.")
        return
    for found in breaks:
        note = f" ({found.note})" if found.note else ""
        click.echo(
            f"{found.check}: {found.row}: expected {found.expected_fen} fen, "
            f"found {found.found_fen} fen{note}"
        )
    click.echo(f"{len(breaks)} rows do not agree.", err=True)
    raise click.exceptions.Exit(1)


@click.command("reconcile")
@click.option("--json", "as_json", is_flag=True, help="The verdict for programs.")
@with_appcontext
def reconcile(as_json: bool) -> None:
    """Proves the books; exit status 1 and the exact rows where they disagree."""
    breaks = find_breaks()
    if not as_json:
        tell_breaks(breaks)
        return
    verdict = {"agrees": not breaks, "breaks": [asdict(found) for found in breaks]}
    click.echo(json.dumps(verdict, ensure_ascii=False, indent=2))
    if breaks:
        raise click.exceptions.Exit(1)


@click.command("export-ledger")
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True))
@with_appcontext
def export_ledger(file: TextIO) -> None:
    """Writes the money ledger into FILE (- for the terminal), for ledger and hledger."""
    with one_moment() as opened:
        for entry in queries.ledger_journal(opened):
            file.write(entry)


@click.command("verify-audit")
@with_appcontext
def verify_audit() -> None:
    """Follows each county's chain and looks at all sealed rows of the books; exit status 1 at the
    first that is not what was sealed."""
    with one_moment() as opened:
        verdict = verify(opened)
        seals = list_seals(opened, 0, EVERY_SEAL)
        broken = verdict.broken or find_forged(opened, SEALED_BOOKS, seals)
    if broken is not None:
        chain = f"County {broken.county_code}: link" if broken.county_code else "Link"
        click.echo(f"{chain} {broken.position} (entry {broken.entry_id}): {broken.why}.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(
        f"The chains hold: {verdict.links} links, {verdict.unsealed} entries not sealed yet."
    )
    rows = sum(one.seal.rows for one in seals)
    click.echo(f"The books are what was sealed: {rows} rows under {len(seals)} seals.")
    # Whoever notes this down can show later that the chain up to here is still the same.
    for county, head in verdict.heads.items():
        click.echo(f"Head of {county or 'the marketplace'}: {head}")
