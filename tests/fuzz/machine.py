"""Sends what schemathesis thinks of to the application, and compares every answer with what the
OpenAPI document promises."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import CheckContext, not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi import checks

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 600
Document = dict[str, Any]


def refuses_with_a_problem(_context: CheckContext, answer: Response, _case: Case) -> None:
    """Whatever is refused is refused as RFC 9457 has it, in words that are whole."""
    if answer.status_code < 400:
        return
    said = answer.json()
    kind = answer.headers["content-type"][0]
    is_whole = "%(" not in said["detail"] and "Traceback" not in said["detail"]
    is_named = all(one["field"] and one["message"] for one in said.get("errors", ()))
    fits = said["status"] == answer.status_code and said["type"].endswith(said["code"])
    if not (kind.startswith("application/problem+json") and is_whole and is_named and fits):
        raise Failure(operation=_case.operation.label, title="No problem", message=str(said))


def is_kept_by_nobody(_context: CheckContext, answer: Response, case: Case) -> None:
    """No cache on the way keeps what one person was told."""
    is_options = case.method == "OPTIONS"
    if (
        answer.status_code < 300
        and not is_options
        and answer.headers.get("cache-control") != ["no-store"]
    ):
        raise Failure(operation=case.operation.label, title="Kept by caches", message="")


CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.allow_header_conformance,
    checks.negative_data_rejection,
    refuses_with_a_problem,
    is_kept_by_nobody,
]


@schemathesis.serializer(XLSX)
def as_it_is(_context: Any, value: Any) -> bytes:
    """A workbook is sent as the bytes it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


class Machine:
    """One person's program that tries everything, and notes what should not be."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self.app = app
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.found: dict[str, str] = {}
        self.statuses: dict[str, set[int]] = {}
        self.sent = 0

    def open(self, document: Document) -> BaseSchema:
        schema = schemathesis.openapi.from_dict(document)
        schema.app = self.app
        schema.config.generation.with_security_parameters = False
        return schema

    def send(self, case: Case) -> None:
        """One call; whatever is wrong with the answer is noted once for each call and kind."""
        self.sent += 1
        try:
            answer = case.call(headers=self.headers)
            seen = self.statuses.setdefault(case.operation.label, set())
            seen.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS, headers=self.headers)
        except FailureGroup as group:
            for failure in group.exceptions:
                self.note(case, type(failure).__name__, str(failure))
        except Exception as error:
            # In tests a failure of ours is not made into an answer: it comes through.
            self.note(case, type(error).__name__, str(error))

    def note(self, case: Case, kind: str, said: str) -> None:
        again = case.as_curl_command()[:SHOWN]
        self.found.setdefault(f"{case.operation.label}: {kind}", f"{said[:SHOWN]}\n{again}")

    def cover(self, document: Document, turn: slice) -> None:
        """Every bound of every field, in a fixed order, of which this is somebody's turn."""
        cases = list(_covering(self.open(document)))
        for case in cases[turn]:
            self.send(case)

    def guess(self, document: Document, mode: GenerationMode, most: int) -> None:
        """Whatever the schemas allow, or what they do not, the same in every run."""
        for operation in _operations(self.open(document)):
            often = settings(
                max_examples=most,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            strategy = operation.as_strategy(generation_mode=mode, feedback=NO_FEEDBACK)
            # Where nothing is sent, nothing can be wrong with it.
            with suppress(Unsatisfiable):
                often(given(strategy)(self.send))()


def _operations(schema: BaseSchema) -> Iterator[APIOperation]:
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        yield result.ok()


def _covering(schema: BaseSchema) -> Iterator[Case]:
    for operation in _operations(schema):
        yield from schema.iter_coverage_cases(
            operation,
            generation_modes=list(GenerationMode),
            generation_config=schema.config.generation,
        )
