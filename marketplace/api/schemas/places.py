"""What villages, townships and the county sold."""

from typing import Any

from marshmallow import ValidationError, validates_schema

from marketplace.api.schemas.fields import (
    Day,
    Input,
    Output,
    Text,
    TypedWhole,
    amount,
    several,
    words,
)
from marketplace.api.schemas.paging import Paging
from marketplace.core.errors import N_


class VillageQuery(Paging):
    township = Text("420304101000", most=12)


class VillageOut(Output):
    code = words("420304101201")
    name = words("居峪村")
    kind = words("village")
    township_code = words("420304101000")
    township_name = words("安阳镇")


class Period(Input):
    """From one day to another, both included; open where left out."""

    first = Day("2026-01-01", data_key="from")
    last = Day("2026-11-23", data_key="to")

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        if "first" in data and "last" in data and data["first"] > data["last"]:
            raise ValidationError(N_("结束日期不能早于开始日期。"), "to")


class Year(Input):
    year = TypedWhole(2026, least=2000, most=2099)


class CountyYear(Year):
    """The deployment's own county, where none is named."""

    county = Text("420304", most=6)


class SoldPart(Output):
    """A part of the whole; the parts of one kind sum to the whole."""

    id = amount(9)
    name = words("房前椴木香菇")
    amount_fen = amount(640_000)
    orders = amount(5)


class SoldPlace(Output):
    code = words("420304101201")
    name = words("居峪村")
    amount_fen = amount(640_000)
    orders = amount(5)


class SoldChannel(Output):
    channel = words("SHOP")
    amount_fen = amount(640_000)
    orders = amount(5)


class SoldMonth(Output):
    month = words("2026-11")
    amount_fen = amount(640_000)
    orders = amount(5)


class VillageSales(Output):
    """What a village sold; products, producers and months each sum to amount_fen."""

    code = words("420304101201")
    name = words("居峪村")
    amount_fen = amount(640_000)
    orders = amount(5)
    products = several(SoldPart)
    producers = several(SoldPart)
    months = several(SoldMonth)


class TownshipSales(Output):
    """What a township sold; villages and months each sum to amount_fen."""

    code = words("420304101000")
    name = words("安阳镇")
    amount_fen = amount(640_000)
    orders = amount(5)
    villages = several(SoldPlace)
    months = several(SoldMonth)


class CountySummary(Output):
    """What the county sold; every list of parts sums to amount_fen."""

    code = words("420304")
    year = amount(2026, allow_none=True)
    amount_fen = amount(640_000)
    orders = amount(5)
    townships = several(SoldPlace)
    villages = several(SoldPlace)
    producers = several(SoldPart)
    products = several(SoldPart)
    channels = several(SoldChannel)
    months = several(SoldMonth)
