"""The commands of the marketplace: `flask --app wsgi …`. The terminal speaks English."""

from collections.abc import Callable
from copy import copy
from functools import wraps
from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from marketplace.core.errors import InvalidInput, Refusal
from marketplace.web.refusals import field_words, in_words

# Where each command lives: module and name.
PLACES = {
    "backup": ("keeping", "backup"),
    "create-centre": ("counties", "create"),
    "create-user": ("people", "create_user"),
    "demo": ("demonstration", "fill_demonstration"),
    "export-ledger": ("books", "export_ledger"),
    "grant": ("people", "grant_role"),
    "indexer": ("indexer", "run_indexer"),
    "invite-outside": ("people", "invite"),
    "load-texts": ("texts", "load_texts"),
    "log-out": ("people", "log_out"),
    "logins": ("prepare", "print_logins"),
    "prepare": ("prepare", "prepare"),
    "reconcile": ("books", "reconcile"),
    "reindex": ("prepare", "reindex"),
    "reseal": ("sealing", "reseal"),
    "reset-second-step": ("people", "reset_steps"),
    "restore": ("keeping", "restore"),
    "scale": ("load", "add_load"),
    "token": ("people", "give_token"),
    "verify-audit": ("books", "verify_audit"),
    "worker": ("worker", "run_worker"),
}
# A group of commands that a library brings.
MIGRATIONS = "db"


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
        except OSError as trouble:
            raise click.ClickException(str(trouble)) from trouble
        except DBAPIError as trouble:
            raise click.ClickException(
                f"The database refused: {str(trouble.orig).strip()}\n"
                "If it is new, prepare it first: flask --app wsgi prepare"
            ) from trouble

    return run


class Commands(AppGroup):
    """Finds a command by its name and imports only the module it lives in.

    Every process of the web would otherwise carry what only the terminal needs.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(app.cli.name, commands=app.cli.commands)
        self.app = app

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *PLACES, MIGRATIONS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in PLACES and cmd_name not in self.commands:
            module, name = PLACES[cmd_name]
            command = getattr(import_module(f"marketplace.cli.{module}"), name)
            # One object for all applications of a process: what is registered is a copy.
            plain = copy(command)
            plain.callback = _plainly(command.callback)
            self.add_command(plain)
        if cmd_name == MIGRATIONS:
            import_module("marketplace.cli.migrations").open_migrations(self.app)
        return super().get_command(ctx, cmd_name)


def init_app(app: Flask) -> None:
    app.cli = Commands(app)
