"""Keeping the data safe: `backup` and `restore`, one file each."""

import os
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import inspect, text

from marketplace.catalogue.commands import begin_log_anew
from marketplace.cli import copies
from marketplace.cli.books import find_breaks, tell_breaks
from marketplace.cli.prepare import migrate
from marketplace.core.db import reading
from marketplace.web import commit, db, session


def _copier() -> copies.Copier:
    url = db.engine.url
    if db.engine.dialect.name == "postgresql":
        return copies.PostgresqlCopier(url)
    return copies.SqliteCopier(Path(url.database or ""))


def _holds_people() -> bool:
    """Whether the database holds anything that overwriting would lose."""
    with reading():
        has_tables = inspect(db.session.connection()).has_table("person")
        found = has_tables and session().scalar(text("SELECT 1 FROM person LIMIT 1")) is not None
        session().rollback()
    return found


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Writes the whole database into FILE while the shop stays open."""
    # Finished elsewhere and then moved: an interrupted backup never replaces a good one.
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    # Nobody but its owner may read it: it holds names and telephone numbers.
    part.touch(mode=0o600)
    try:
        _copier().save(part)
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size:,} bytes.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite what the database holds now.")
@with_appcontext
def restore(file: Path, force: bool) -> None:
    """Puts a backup back, brings its tables up to date, and proves its books."""
    if _holds_people() and not force:
        raise click.ClickException(
            "The database is not empty. Back it up first; --force overwrites it."
        )
    copier = _copier()
    db.session.remove()
    db.engine.dispose()
    copier.load(file)
    migrate()
    begin_log_anew(session())
    commit()
    tell_breaks(find_breaks())
