"""The commands of the marketplace: `flask --app wsgi …`. The terminal speaks English."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from marketplace.core.errors import InvalidInput, Refusal
from marketplace.web.refusals import field_words, in_words


def _words_of(refusal: Refusal) -> str:
    with force_locale("en"):
        said = in_words(refusal.message, refusal.params)
        if isinstance(refusal, InvalidInput):
            fields = (field_words(error) for error in refusal.errors)
            said = "\n".join(f"{field['field']}: {field['message']}" for field in fields)
    return said


def _plainly(callback: Callable[..., Any]) -> Callable[..., Any]:
    """What a rule or the database refuses is told in words: nobody is helped by a traceback."""

    @wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return callback(*args, **kwargs)
        except Refusal as refusal:
            raise click.ClickException(_words_of(refusal)) from refusal
        except DBAPIError as trouble:
            raise click.ClickException(
                f"The database refused: {str(trouble.orig).strip()}\n"
                "If it is new, prepare it first: flask --app wsgi prepare"
            ) from trouble

    return run


def _commands() -> tuple[click.Command, ...]:
    from marketplace.cli import books, demonstration, keeping, load, people, prepare, worker

    return (
        prepare.prepare,
        prepare.print_logins,
        prepare.reindex,
        demonstration.fill_demonstration,
        load.add_load,
        worker.run_worker,
        books.reconcile,
        books.export_ledger,
        books.verify_audit,
        keeping.backup,
        keeping.restore,
        people.create_user,
        people.grant_role,
        people.give_token,
    )


def init_app(app: Flask) -> None:
    for command in _commands():
        assert command.callback is not None, command.name
        # A command is one object for all applications of a process: it is wrapped once.
        if not hasattr(command.callback, "speaks_plainly"):
            command.callback = _plainly(command.callback)
            command.callback.speaks_plainly = True  # type: ignore[attr-defined]
        app.cli.add_command(command)
