"""What a refused call answers (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from marketplace.api.schemas.fields import Output, amount, several, words


class WrongField(Output):
    field = words("lines.0.quantity")
    message = words("请填写整数,例如 3。")


class Problem(Output):
    """`code` is stable: programs decide by it. `errors` names each field that is wrong, and is
    empty where none is. `state` comes with `order.wrong_state`, `variant_id` and `available` with
    `stock.insufficient`."""

    type = words("urn:bangfu:problem:input.invalid")
    title = words("Unprocessable Entity")
    status = amount(422)
    code = words("input.invalid")
    detail = words("有些内容需要修改,已填写的内容都保留着。")
    request_id = words("9f86d081884c7d65")
    errors = several(WrongField)
    state = words("SHIPPED", metadata={"rarely": True})
    variant_id = amount(17, metadata={"rarely": True})
    available = amount(12, metadata={"rarely": True})


# One code that each status often carries, for the description.
PROBLEMS = {
    400: "input.not_json",
    401: "token.needed",
    403: "forbidden",
    404: "not_found",
    409: "order.wrong_state",
    413: "http.413",
    415: "input.content_type",
    422: "input.invalid",
    429: "limit.exceeded",
    503: "database.away",
}

# What a refusal says outside its body, which programs act on.
HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}},
    503: {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}},
}


def example_problem(status: int, code: str) -> dict[str, Any]:
    """A problem as it looks with this status."""
    problem = {
        "type": f"urn:bangfu:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": "…",
        "request_id": "9f86d081884c7d65",
        "errors": [],
    }
    if status in (400, 415, 422):
        problem["errors"] = [{"field": "lines.0.quantity", "message": "请填写整数,例如 3。"}]
    return problem
