"""Fields that are strict, speak the house's words and carry an example."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from marketplace.core.errors import N_
from marketplace.web.fields import (
    DAY_OUT_OF_RANGE,
    MAX_ID,
    MISSING,
    MOST_TYPED_FEN,
    NOT_A_DAY,
    NOT_AN_OPTION,
    NOT_WHOLE,
    OUT_OF_RANGE,
    STRANGE_CHARACTERS,
    TOO_LONG,
)

NOT_TEXT = N_("请填写文字(JSON 字符串)。")
NOT_A_LIST = N_("这里需要一个 JSON 数组。")
NOT_AN_OBJECT = N_("这里需要一个 JSON 对象。")
UNKNOWN = N_("没有这个字段,请检查拼写。")
NOT_A_FLAG = N_("请填写 true 或 false。")
WRONG_COUNT = N_("请给出 %(least)s 到 %(most)s 项。")

Messages = dict[str, str | list[Any] | dict[Any, Any]]

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WORDS = {"required": MISSING, "null": MISSING, "validator_failed": MISSING}


class Phrase(str):
    """A message of this house with what fills it; marshmallow passes it through untouched."""

    __slots__ = ("params",)
    params: Mapping[str, Any]


def phrase(message: str, **params: Any) -> Phrase:
    words = Phrase(message)
    words.params = params
    return words


class Input(Schema):
    """What a call takes. Unknown fields are refused by name."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": UNKNOWN, "type": NOT_AN_OBJECT}


class Output(Schema):
    """What a call answers: every field of it always, but those that are seldom there."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002
        field_obj.required = not field_obj.metadata.get("rarely")


class Bounds(validate.Range):
    """A least and a most, in the house's words."""

    def _format_error(self, value: Any, message: str) -> str:  # noqa: ARG002
        return phrase(OUT_OF_RANGE, least=self.min, most=self.max)


class Count(validate.Length):
    """How many items a list may have, in the house's words."""

    def _format_error(self, value: Any, message: str) -> str:  # noqa: ARG002
        return phrase(WRONG_COUNT, least=self.min, most=self.max)


class OneOf(validate.OneOf):
    """One of the options, in the house's words."""

    def _format_error(self, value: Any) -> str:  # noqa: ARG002
        return phrase(NOT_AN_OPTION)


def _settings(example: Any, settings: dict[str, Any]) -> dict[str, Any]:
    words = {**_WORDS, **settings.pop("error_messages", {})}
    return {**_shown(example, settings), "error_messages": words}


class Whole(fields.Integer):
    """A JSON integer: 1.5, 1e9, "3" and true are not."""

    def __init__(
        self, example: int = 1, *, least: int = 1, most: int = MAX_ID, **settings: Any
    ) -> None:
        super().__init__(validate=Bounds(least, most), **_settings(example, settings))

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **_: Any,
    ) -> int:
        if type(value) is not int:
            raise ValidationError(NOT_WHOLE)
        return value


class TypedWhole(Whole):
    """A whole number in an address, where everything is text."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> int:
        plain = str(value)
        digits = plain.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 19):
            raise ValidationError(NOT_WHOLE)
        return super()._deserialize(int(plain), attr, data)


def fen(example: int = 128_000, *, least: int = 0, **settings: Any) -> Whole:
    """An amount in fen that comes in."""
    return Whole(example, least=least, most=MOST_TYPED_FEN, **settings)


def amount(example: int = 128_000, **settings: Any) -> fields.Integer:
    """An amount or a number that goes out."""
    return fields.Integer(**_shown(example, settings))


class Text(fields.String):
    """Words without control characters (NUL among them) and without blanks around them."""

    def __init__(self, example: str, *, most: int, least: int = 1, **settings: Any) -> None:
        messages = {"invalid": NOT_TEXT, "invalid_utf8": STRANGE_CHARACTERS}
        self.most, self.least = most, least
        prepared = _settings(example, {**settings, "error_messages": messages})
        prepared["metadata"] |= {"minLength": least, "maxLength": most}
        super().__init__(**prepared)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> str:
        words = str(super()._deserialize(value, attr, data)).replace("\r\n", "\n").strip()
        if len(words) > self.most:
            raise ValidationError(phrase(TOO_LONG, most=self.most, length=len(words)))
        if any(_is_control(character) for character in words):
            raise ValidationError(STRANGE_CHARACTERS)
        if len(words) < self.least:
            raise ValidationError(MISSING)
        return words


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, options: Iterable[str], **settings: Any) -> None:
        choices = [str(option) for option in options]
        example = settings.pop("example", choices[0])
        messages = {"invalid": NOT_AN_OPTION, "invalid_utf8": NOT_AN_OPTION}
        prepared = _settings(example, {**settings, "error_messages": messages})
        super().__init__(validate=OneOf(choices), **prepared)


class Flag(fields.Boolean):
    """`true` or `false` in an address."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            truthy={"true", "1"},
            falsy={"false", "0"},
            **_settings(True, {**settings, "error_messages": {"invalid": NOT_A_FLAG}}),
        )


class Day(fields.Date):
    """A day as `YYYY-MM-DD`, in a century in which no sum of days overflows."""

    def __init__(self, example: str = "2026-11-23", **settings: Any) -> None:
        super().__init__(**_settings(example, settings))

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002
        data: Mapping[str, Any] | None,  # noqa: ARG002
        **_: Any,
    ) -> date:
        if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
            raise ValidationError(NOT_A_DAY)
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(NOT_A_DAY) from error
        if not 2000 <= day.year < 2100:
            raise ValidationError(DAY_OUT_OF_RANGE)
        return day


class Instant(fields.DateTime):
    """An instant in UTC that goes out, as `2026-11-23T08:30:00Z`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(metadata={"examples": ["2026-11-23T08:30:00Z"]}, **settings)

    def _serialize(
        self,
        value: datetime | None,
        attr: str | None,  # noqa: ARG002
        obj: Any,  # noqa: ARG002
        **_: Any,
    ) -> str | None:
        if value is None:
            return None
        plain = value.astimezone(UTC).replace(tzinfo=None)
        return plain.isoformat(timespec="microseconds" if plain.microsecond else "seconds") + "Z"


class Many(fields.List[dict[str, Any]]):
    """A list of objects that comes in, with at least one and at most so many."""

    def __init__(self, schema: type[Schema], *, most: int = 500, **settings: Any) -> None:
        nested = fields.Nested(
            schema, error_messages={"type": NOT_AN_OBJECT, "null": MISSING}, required=True
        )
        words: Messages = {**_WORDS, "invalid": NOT_A_LIST}
        super().__init__(nested, validate=Count(1, most), error_messages=words, **settings)


def one(schema: type[Schema], **settings: Any) -> fields.Nested:
    """An object inside another."""
    words: Messages = {**_WORDS, "type": NOT_AN_OBJECT}
    return fields.Nested(schema, error_messages=words, **settings)


def several(schema: type[Schema], **settings: Any) -> fields.List[Any]:
    """A list of objects that goes out."""
    return fields.List(fields.Nested(schema), **settings)


def words(example: str, **settings: Any) -> fields.String:
    """Text that goes out."""
    return fields.String(**_shown(example, settings))


def day(example: str | None = "2026-11-23", **settings: Any) -> fields.Date:
    """A day that goes out."""
    return fields.Date(**_shown(example, settings))


def flag(**settings: Any) -> fields.Boolean:
    """Yes or no that goes out."""
    return fields.Boolean(**_shown(True, settings))


def texts(*examples: str, **settings: Any) -> fields.List[Any]:
    """A list of words that goes out."""
    return fields.List(fields.String(), **_shown(list(examples), settings))


def facts(example: dict[str, Any], **settings: Any) -> fields.Dict:
    """An object whose names depend on what it is about."""
    return fields.Dict(keys=fields.String(), **_shown(example, settings))


def _shown(example: Any, settings: dict[str, Any]) -> dict[str, Any]:
    metadata = {**settings.pop("metadata", {}), "examples": [example]}
    return {**settings, "metadata": metadata}


def _is_control(character: str) -> bool:
    # Cc: control characters, NUL among them; Cs: halves of characters that no database takes.
    return character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs")


def example_of(schema: Schema) -> dict[str, Any]:
    """An example of a whole schema, put together from the examples of its fields."""
    shown = {}
    for name, field in schema.fields.items():
        if not field.metadata.get("rarely"):
            shown[field.data_key or name] = _example(field)
    return shown


def _example(field: fields.Field[Any]) -> Any:
    if "examples" in field.metadata:
        return field.metadata["examples"][0]
    if isinstance(field, fields.Nested):
        return example_of(field.schema)
    if isinstance(field, fields.List):
        return [_example(field.inner)]
    return None
