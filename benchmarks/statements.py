"""How many SQL statements a page takes, counted inside the application."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from benchmarks.client import headers_of


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collects every statement but those that only begin and end transactions."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements_of_page(app: Flask, engine: Engine, path: str, cookie: str) -> int:
    """Statements of the second visit: the first may fill caches that a running shop has.

    To be called outside of any application context, which requests would share otherwise.
    """
    client = app.test_client(use_cookies=False)
    headers = headers_of(cookie)
    client.get(path, headers=headers)
    with counted(engine) as seen:
        answer = client.get(path, headers=headers)
    assert answer.status_code == 200, (path, answer.status_code)
    return len(seen)
