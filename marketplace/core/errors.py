"""Refusals: rules a person met, each with a stable code and the way out."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self


def N_(message: str) -> str:
    """Marks a message for translation where it is written; it is translated where it is shown."""
    return message


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, in words that name the way out."""

    field: str
    message: str
    params: tuple[tuple[str, Any], ...] = ()
    # The row of a table that was handed in; the field is then its column.
    row: int | None = None


class Refusal(Exception):
    """A rule the person met. Subclasses live beside their rule and fix code, status and words.

    `message` is a template: the keyword arguments of the constructor fill it when it is shown.
    A program is told which `field` of its call it is about, and of those arguments the `facts`.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409
    message: ClassVar[str]
    field: str = ""
    facts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code, params)
        self.params = params

    def at(self, field: str) -> Self:
        """The same, about this field of the call."""
        self.field = field
        return self


class NotFound(Refusal):
    """There is no such thing, or not for this person: both look the same."""

    code = "not_found"
    status = 404
    message = N_("这里没有您要找的内容。请检查地址,或从首页重新进入。")


class Forbidden(Refusal):
    code = "forbidden"
    status = 403
    message = N_("您可以看到它,但没有权限做这一步。请联系有此权限的同事。")


class SameInstant(Refusal):
    """Two did at the same instant what only one can do."""

    code = "same_instant"
    message = N_("同一时刻已有人提交了同样的内容。请刷新页面看看,需要时再提交一次。")


class InvalidInput(Refusal):
    """What came in could not be used; every field that is wrong is named at once."""

    code = "input.invalid"
    status = 422
    message = N_("有些内容需要修改,已填写的内容都保留着。")

    def __init__(self, *errors: FieldError) -> None:
        super().__init__()
        self.errors = errors


def invalid(field: str, message: str, **params: Any) -> InvalidInput:
    """One wrong field, as the refusal it leads to."""
    return InvalidInput(FieldError(field, message, tuple(params.items())))
