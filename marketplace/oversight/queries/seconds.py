"""How many seconds lie between two instants, in the words of either database."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DAY_S = 86_400


class seconds_between(FunctionElement[int]):  # noqa: N801  (used like the database's own functions)
    """Whole seconds from the second instant to the first."""

    type = Integer()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **words: Any) -> str:
    later, earlier = (compiler.process(one, **words) for one in element.clauses)
    return (
        f"(CAST(strftime('%s', {later}) AS INTEGER) - CAST(strftime('%s', {earlier}) AS INTEGER))"
    )


@compiles(seconds_between)
def _elsewhere(element: Any, compiler: Any, **words: Any) -> str:
    later, earlier = (compiler.process(one, **words) for one in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM {later} - {earlier}) AS BIGINT)"
