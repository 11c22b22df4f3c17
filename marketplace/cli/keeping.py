"""Keeping the data safe: `backup` and `restore`, one file each."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import inspect, text

from marketplace.catalogue.commands import begin_log_anew
from marketplace.cli import copies, thinning
from marketplace.cli.books import find_breaks, tell_breaks
from marketplace.cli.prepare import migrate
from marketplace.core.db import reading
from marketplace.web import commit, db, now, session

PART = ".backup-part"
LEFT_AFTER = timedelta(days=1)


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
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A folder for many copies, named by their instants (UTC), instead of FILE.",
)
@click.option(
    "--keep-days",
    type=click.IntRange(min=1),
    default=31,
    show_default=True,
    help="With --into: how long the last copy of a day stays.",
)
@with_appcontext
def backup(file: Path | None, into: Path | None, keep_days: int) -> None:
    """Writes the whole database into FILE while the shop stays open.

    With --into, copies that are no longer wanted are removed afterwards: all of the last hour
    stay, one an hour for a day, and one a day after that.
    """
    if (file is None) == (into is None):
        raise click.UsageError("Say either FILE or --into FOLDER.")
    started = now()
    target = file or Path(str(into), thinning.name_at(started))
    _write(target)
    click.echo(f"{target}: {target.stat().st_size:,} bytes.")
    if into is not None:
        gone = thinning.surplus((one.name for one in into.iterdir()), started, keep_days)
        for name in gone:
            (into / name).unlink(missing_ok=True)
        click.echo(f"{len(gone)} older copies were taken away.")


def _write(target: Path) -> None:
    """Finished elsewhere and then moved: what is interrupted never stands under the name."""
    _clear_leftovers(target.parent)
    # Nobody but its owner may read it: it holds names and telephone numbers. The name is nobody
    # else's, so that two backups at once do not write into each other's.
    handle, name = tempfile.mkstemp(prefix=".", suffix=PART, dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        _copier().save(part)
        os.replace(part, target)
    finally:
        for left in (part, *target.parent.glob(f"{part.name}-*")):
            left.unlink(missing_ok=True)
    copies.settle(target.parent)


def _clear_leftovers(folder: Path) -> None:
    """What a backup left that was killed; one that is a day old writes no more."""
    for part in folder.glob(f".*{PART}*"):
        if part.stat().st_mtime < (now() - LEFT_AFTER).timestamp():
            part.unlink(missing_ok=True)


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
