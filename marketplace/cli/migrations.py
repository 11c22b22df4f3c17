"""Migrations, for whoever makes them: `flask db …` and `prepare`."""

from flask import Flask
from flask_migrate import Migrate

import config
from marketplace.web import db


def open_migrations(app: Flask) -> Migrate:
    """Those of an application, with their commands: once, when they are first asked for, since
    Alembic takes eleven megabytes that no page needs."""
    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(config.ROOT / "migrations"), render_as_batch=False)
    found: Migrate = app.extensions["migrate"].migrate
    return found
