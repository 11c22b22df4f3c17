"""Making a shop ready: `prepare`, `logins`, `reindex`."""

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from marketplace.accounts.queries import list_demonstration_people
from marketplace.cli.migrations import open_migrations
from marketplace.cli.readiness import is_index_there
from marketplace.core.clock import day_of
from marketplace.core.db import reading
from marketplace.core.identity import Identity
from marketplace.search.commands import put_first_synonyms
from marketplace.search.local import current_copy
from marketplace.search.local.build import rebuild
from marketplace.web import commit, db, now, session
from marketplace.web.health import is_migrated


def migrate() -> bool:
    """Brings the database to the newest revision; False where it already was."""
    with reading():
        has_any = inspect(db.session.connection()).has_table("alembic_version")
        is_new = has_any and is_migrated(session(), now())
        session().rollback()
    if is_new:
        return False
    open_migrations(current_app)
    flask_migrate.upgrade()
    return True


def _tell(what: str) -> None:
    click.echo(f"  {what} …")


def _fill() -> None:
    """The demonstration county, into an empty database that is not for real trade."""
    from marketplace.demonstration.county import build, is_empty

    settings = current_app.config["SETTINGS"]
    if settings.production or not is_empty(session()):
        return
    click.echo("Building the demonstration county")
    key = settings.link_key or settings.secret_key
    build(session(), now(), tell=_tell, sealer=current_app.extensions["sealer"], link_key=key)
    commit()


def rebuild_index() -> None:
    """Writes this machine's search index anew; until it is there, the old one answers."""
    copy = current_copy()
    with reading(), click.progressbar(length=100, label="search index", show_percent=False) as bar:
        told = [0]

        def tell(done: int) -> None:
            bar.length = max(bar.length or 0, done)
            bar.update(done - told[0])
            told[0] = done

        count = rebuild(session(), copy.folder, copy.engine, day_of(now()), tell)
        session().rollback()
    copy.look_again()
    click.echo(f"{count} products can be found.")


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Brings tables, demonstration and index to where they should be; does nothing twice."""
    if migrate():
        click.echo("The tables are up to date.")
    _fill()
    put_first_synonyms(session(), now())
    commit()
    if not is_index_there(session(), now()):
        rebuild_index()
    session().rollback()


@click.command("reindex")
@with_appcontext
def reindex() -> None:
    """Rebuilds the search index while the shop stays up."""
    rebuild_index()


def _places_of(person: Identity) -> str:
    held = [(standing.kind, standing.organisation_id) for standing in person.standings]
    names = current_app.extensions["organisation_names"](session(), held)
    told = (
        f"{standing.role} {names[standing.kind, standing.organisation_id]}".strip()
        for standing in person.standings
    )
    return ", ".join(told) or "the public"


@click.command("logins")
@with_appcontext
def print_logins() -> None:
    """Lists the logins of the demonstration."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException("There are no demonstration logins when PRODUCTION=1.")
    from marketplace.demonstration.people import PASSWORD

    with reading():
        people = list_demonstration_people(session())
        click.echo(f"Demonstration logins, all with the password {PASSWORD}:")
        for person in people:
            click.echo(f"  {person.login:16} {_places_of(person)}")
