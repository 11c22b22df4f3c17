"""The texts that come with the program: `load-texts`."""

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace.texts.commands import load_first
from marketplace.texts.queries import list_drafts
from marketplace.texts.rules import Kind
from marketplace.web import commit, now, session


@click.command("load-texts")
@with_appcontext
def load_texts() -> None:
    """Puts the first version of each legal text that has none; does nothing twice."""
    production = current_app.config["SETTINGS"].production
    put = load_first(session(), now(), demonstration=not production)
    drafted = list_drafts(session())
    commit()
    for kind in put:
        told = "is a draft: complete and publish it" if kind in drafted else "is published"
        click.echo(f"{kind.slug} {told}: /desk/texts/{kind.slug}")
    if not put:
        click.echo(f"All {len(Kind)} texts are there.")
