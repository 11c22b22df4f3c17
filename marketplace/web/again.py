"""A form that was refused is shown again, with what was typed and what to change."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask, g, request
from flask.typing import ResponseReturnValue

from marketplace.core.errors import Forbidden, InvalidInput, NotFound, Refusal
from marketplace.web.access import LoginNeeded
from marketplace.web.database import begin_again
from marketplace.web.naming import name_fields
from marketplace.web.refusals import field_words, in_words

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]


def shown_again_by(page: View[...]) -> Callable[[View[Arguments]], View[Arguments]]:
    """Names the page that shows a form again when what it sent was refused.

    Nothing of the refused request lasts. Someone who may not see or do the thing at all gets
    the usual page for that instead.
    """

    def keeping(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def ask(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            try:
                return view(*args, **kwargs)
            except (NotFound, Forbidden, LoginNeeded):
                raise
            except Refusal as refusal:
                begin_again(writing=False)
                _remember(refusal)
                headers = getattr(refusal, "headers", {})
                drawn = page(*args, **kwargs)
                if g.get("errors") and isinstance(drawn, str):
                    drawn = name_fields(drawn, g.errors)
                return drawn, refusal.status, headers  # type: ignore[return-value]

        return ask

    return keeping


def _remember(refusal: Refusal) -> None:
    g.refusal_code = refusal.code
    g.refused = in_words(refusal.message, refusal.params)
    if isinstance(refusal, InvalidInput):
        words = [(error, field_words(error)) for error in refusal.errors]
        g.errors = {word["field"]: word["message"] for error, word in words if error.row is None}
        g.row_errors = [
            {"row": error.row, "column": word["field"], "message": word["message"]}
            for error, word in words
            if error.row is not None
        ]


def typed(name: str, default: Any = "") -> Any:
    """What was typed into a field of the form that is shown again, or else the default."""
    return request.form.get(name, default) if "refused" in g else default


def keep_typed() -> None:
    """What was typed stays in a form that nobody refused: somebody only looked for more to put
    into it."""
    g.refused = None


def _furniture() -> dict[str, Any]:
    return {
        "errors": g.get("errors", {}),
        "row_errors": g.get("row_errors", []),
        "refused": g.get("refused"),
        "typed": typed,
    }


def init_app(app: Flask) -> None:
    app.context_processor(_furniture)
