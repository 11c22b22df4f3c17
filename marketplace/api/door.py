"""The door of the API: calls that say who may use them, what they take and what they answer.

The only module that knows flask-smorest, which carries no types.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, ParamSpec, TypeVar

from flask import Response
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]

from marketplace.api.admission import admit, count_visitor
from marketplace.api.answers import Stood, respond, to_json, write_once
from marketplace.api.reading import StrictParser
from marketplace.api.schemas.fields import Input, Output, example_of
from marketplace.api.schemas.problems import HEADERS, PROBLEMS, Problem, example_problem
from marketplace.outbox.rules import RememberedAnswer
from marketplace.web.shelf import text_for_everyone

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
View = Callable[Arguments, Any]


class Door(Blueprint):  # type: ignore[misc]
    """The calls of one resource."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, resource: str) -> None:
        super().__init__(f"api_{resource}", __name__, url_prefix="/api/v1")
        self.resource = resource
        self.before_request(admit)

    def call(
        self, method: str, path: str, summary: str
    ) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
        """Names a call as the contract does."""

        def register(view: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
            described = self.doc(summary=summary)(view)
            self.add_url_rule(
                path,
                view.__name__,
                described,
                provide_automatic_options=False,
                methods=[method],
                tags=[self.resource],
            )
            return view

        return register

    def takes(
        self, schema: type[Input], example: dict[str, Any] | None = None
    ) -> Callable[[View[...]], View[...]]:
        """The body, as the view's first argument."""
        shown = example or example_of(schema())
        is_needed = any(field.required for field in schema().fields.values())
        named: Callable[[View[...]], View[...]] = self.arguments(
            schema, example=shown, required=is_needed
        )
        return named

    def takes_file(
        self, most_bytes: int, *media_types: str
    ) -> Callable[[View[Arguments]], View[Arguments]]:
        """The body is a file as it is, or the field `file` of a form; the view reads it."""
        kinds = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
        body = {"required": True, "content": kinds}

        def taking(view: View[Arguments]) -> View[Arguments]:
            described: View[Arguments] = self.doc(requestBody=body)(view)
            described.largest_body = most_bytes  # type: ignore[attr-defined]
            return described

        return taking

    def asks(self, schema: type[Input]) -> Callable[[View[...]], View[...]]:
        """The query of the address, as the view's first argument."""
        named: Callable[[View[...]], View[...]] = self.arguments(schema, location="query")
        return named

    def shows_everyone(
        self, schema: type[Output], also: Callable[[], str] = str
    ) -> Callable[[View[Arguments]], Callable[Arguments, Response]]:
        """What a public call answers from tables that public pages show: the same to everyone,
        for as long as they and what `also` says stay the same."""
        shape = schema()

        def answering(view: View[Arguments]) -> Callable[Arguments, Response]:
            @wraps(view)
            def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
                def make() -> str:
                    return to_json(shape, view(*args, **kwargs))

                return respond(text_for_everyone(also, make, count_visitor))

            return self._documented(HTTPStatus.OK, schema, answer)

        return answering

    def shows(
        self, schema: type[Output], status: int = 200
    ) -> Callable[[View[Arguments]], Callable[Arguments, Response]]:
        """What a reading call answers."""
        shape = schema()

        def answering(view: View[Arguments]) -> Callable[Arguments, Response]:
            @wraps(view)
            def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
                return respond(to_json(shape, view(*args, **kwargs)), status)

            return self._documented(status, schema, answer)

        return answering

    def does(
        self, schema: type[Output], status: int = 200
    ) -> Callable[[View[Arguments]], Callable[Arguments, Response]]:
        """What a writing call answers, once for each Idempotency-Key; the call is committed."""
        return self._written(schema, status)

    def makes(
        self, schema: type[Output]
    ) -> Callable[[View[Arguments]], Callable[Arguments, Response]]:
        """What a call answers that makes something once: 201, and 200 with what stands to the
        same call again (the view gives it as `Stood`)."""
        written = self._written(schema, HTTPStatus.CREATED)
        again = self.alt_response(
            HTTPStatus.OK,
            schema=schema,
            example=example_of(schema()),
            success=True,
        )

        def answering(view: View[Arguments]) -> Callable[Arguments, Response]:
            named: Callable[Arguments, Response] = again(written(view))
            return named

        return answering

    def _written(
        self, schema: type[Output], status: int
    ) -> Callable[[View[Arguments]], Callable[Arguments, Response]]:
        shape = schema()

        def answering(view: View[Arguments]) -> Callable[Arguments, Response]:
            @wraps(view)
            def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
                def make() -> RememberedAnswer:
                    made = view(*args, **kwargs)
                    if isinstance(made, Stood):
                        return RememberedAnswer(HTTPStatus.OK, to_json(shape, made.value))
                    return RememberedAnswer(status, to_json(shape, made))

                return write_once(make)

            answer.is_written_once = True  # type: ignore[attr-defined]
            return self._documented(status, schema, answer)

        return answering

    def _documented(
        self, status: int, schema: type[Output], view: Callable[Arguments, Response]
    ) -> Callable[Arguments, Response]:
        named: Callable[Arguments, Response] = self.response(
            status, schema, example=example_of(schema())
        )(view)
        return named


class Version1(Api):  # type: ignore[misc]
    """The API's description; refusals are answered by the house, not by flask-smorest."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME: ClassVar[str | None] = None

    def _register_error_handlers(self) -> None:
        """Nothing: `marketplace.web.refusals` answers."""

    def _register_responses(self) -> None:
        for status, code in PROBLEMS.items():
            example = example_problem(status, code)
            content = {"application/problem+json": {"schema": Problem, "example": example}}
            response = {"description": HTTPStatus(status).phrase, "content": content}
            if status in HEADERS:
                response["headers"] = HEADERS[status]
            self.spec.components.response(HTTPStatus(status).name, response)
