"""`flask demo`: the demonstration county."""

from time import perf_counter

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace.cli.prepare import rebuild_index
from marketplace.cockpit.commands import take_snapshot
from marketplace.demonstration.county import build, is_empty
from marketplace.web import commit, now, session


@click.command("demo")
@click.option(
    "--into-empty-only",
    is_flag=True,
    help="Leave a database that already holds something as it is, and call that success.",
)
@with_appcontext
def fill_demonstration(into_empty_only: bool) -> None:
    """Fills an empty database with the demonstration county."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException(
            "The demonstration has published passwords: it is refused when PRODUCTION=1."
        )
    if not is_empty(session()):
        if into_empty_only:
            click.echo("The database already holds something; it stays as it is.")
            return
        raise click.ClickException(
            "The database is not empty. Give DATABASE_URL an empty one, "
            "or use --into-empty-only to leave a filled one as it is."
        )
    started_s, settings = perf_counter(), current_app.config["SETTINGS"]
    build(
        session(),
        now(),
        tell=lambda what: click.echo(f"  {what} …"),
        sealer=current_app.extensions["sealer"],
        link_key=settings.link_key or settings.secret_key,
    )
    commit()
    take_snapshot(session(), now())
    commit()
    rebuild_index()
    click.echo(f"The demonstration county stands ({perf_counter() - started_s:.1f} s).")
