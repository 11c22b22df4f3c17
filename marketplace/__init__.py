"""帮扶集: villages sell, civil servants buy, and everyone can see where the money went."""

import os
from importlib import import_module

from flask import Flask

import config
from marketplace.accounts.gateways.build import open_houses
from marketplace.broadcast.rules.kept import KeptBoards
from marketplace.core.clock import Clock, system_clock
from marketplace.livestream import local
from marketplace.payments.gateways.build import open_gateway
from marketplace.search.local import open_copy
from marketplace.uploads.gateways import open_scanner
from marketplace.web import kept, shelf
from marketplace.web.house import House
from marketplace.web.sealing import open_sealer

# Rooms that answer people or programs; each has a `blueprint` in its routes.
ROOMS = (
    "accounts",
    "administration",
    "notices",
    "hosts",
    "texts",
    "announcements",
    "contracts",
    "listing",
    "ordering",
    "payments",
    "geography",
    "units",
    "filings",
    "producers",
    "contractors",
    "pairings",
    "entering",
    "reviews",
    "benefits",
    "offline",
    "outlets",
    "capacity",
    "certification",
    "livestream",
    "broadcast",
    "reports",
    "oversight",
    "bulletin",
    "documents",
    "planner",
    "privacy",
    "cockpit",
    "storefront",
    "desk",
)


def create_app(settings: config.Settings | None = None, *, clock: Clock = system_clock) -> Flask:
    """Wires everything together: the only place that knows all rooms."""
    settings = settings or config.read(os.environ)
    app = House(
        "marketplace",
        root_path=str(config.ROOT / "marketplace"),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
        instance_path=str(settings.instance),
    )
    settle(app, settings, clock)
    _install_ground(app)
    _open_rooms(app)
    return app


def settle(app: Flask, settings: config.Settings, clock: Clock) -> None:
    """Gives an application its settings, its clock, and what it keeps for them."""
    from marketplace.administration.routes.second_step import Demand

    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        BABEL_DEFAULT_LOCALE=settings.default_locale,
    )
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.extensions["clock"] = clock
    app.extensions["search"] = open_copy(settings)
    app.extensions |= local.kept_here(settings)
    app.extensions["gateway"] = open_gateway(settings)
    app.extensions["scanner"] = open_scanner(settings.virus_scanner)
    app.extensions["sealer"] = open_sealer(settings)
    app.extensions["boards"] = KeptBoards()
    app.extensions["houses"] = open_houses(settings)
    app.extensions["demand_second_step"] = Demand()
    kept.init_app(app)
    shelf.init_app(app)


def _install_ground(app: Flask) -> None:
    from marketplace import tables
    from marketplace.cli import readiness
    from marketplace.web import (
        addresses,
        again,
        database,
        health,
        logs,
        pages,
        pieces,
        porch,
        refusals,
        security,
    )

    porch.init_app(app)
    # First, so that the time it notes covers everything below.
    logs.init_app(app)
    database.init_app(app, tables.TOPICS)
    assert tables.metadata is database.db.metadata
    security.init_app(app)
    pages.init_app(app)
    pieces.init_app(app)
    refusals.init_app(app)
    addresses.init_app(app)
    again.init_app(app)
    health.init_app(app, readiness.PARTS, readiness.FIGURES)


def _open_rooms(app: Flask) -> None:
    from marketplace import api, cli
    from marketplace.api.routes.names import organisation_names, organisations_called
    from marketplace.reports.queries.area import county_of
    from marketplace.reports.routes import navigation

    for room in ROOMS:
        app.register_blueprint(import_module(f"marketplace.{room}.routes").blueprint)
    # Whoever has a role has it somewhere; the page about oneself lies below those rooms.
    app.extensions["organisation_names"] = organisation_names
    app.extensions["organisations_called"] = organisations_called
    # The trail notes in which county something was done.
    app.extensions["county_of"] = county_of
    navigation.init_app(app)
    api.init_app(app)
    cli.init_app(app)
