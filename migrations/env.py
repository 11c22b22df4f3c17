"""How Alembic meets our database: through the application's own engine."""

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db


def run() -> None:
    engine = database.engine
    if engine.dialect.name == "postgresql":
        _run_on_postgresql(engine)
    else:
        with engine.connect() as connection:
            _configure_and_run(connection)


def _run_on_postgresql(engine) -> None:  # type: ignore[no-untyped-def]
    with engine.connect() as connection:
        # A migration that waits for a lock makes everyone behind it wait: give up early instead.
        connection.exec_driver_sql("SET lock_timeout = '5s'")
        connection.commit()
        _configure_and_run(connection)


def _configure_and_run(connection) -> None:  # type: ignore[no-untyped-def]
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
