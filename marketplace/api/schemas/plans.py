"""Baskets that close a gap."""

from marketplace.api.schemas.fields import (
    Choice,
    Input,
    Output,
    TypedWhole,
    amount,
    flag,
    several,
    words,
)
from marketplace.planner.rules.shapes import Strategy


class PlanQuery(Input):
    """Which year, and what comes first."""

    year = TypedWhole(2026, least=2000, most=2099)
    strategy = Choice(Strategy, load_default=Strategy.FEWEST_PARCELS.value)


class PlanLine(Output):
    """So many packs of one product."""

    variant_id = amount(31)
    product_id = amount(12)
    product_name = words("会沟村干香菇")
    variant_name = words("250 克袋装")
    producer_id = amount(3)
    producer_name = words("会沟村食用菌合作社")
    quantity = amount(20)
    price_fen = amount(4_380)
    line_fen = amount(87_600)


class PlanVillage(Output):
    code = words("420304106205")
    name = words("会沟村")


class PlanOut(Output):
    """`missing_fen` is what neither counts nor is on its way. `value` is what the strategy is
    about (parcels, weighted villages, price level in ppm), `bound` what no basket can better."""

    unit_id = amount(17)
    year = amount(2026)
    strategy = words("fewest_parcels")
    missing_fen = amount(2_280_780)
    lines = several(PlanLine)
    total_fen = amount(2_280_780)
    excess_fen = amount(0)
    freight_fen = amount(0)
    parcels = amount(1)
    villages = several(PlanVillage)
    value = amount(1, allow_none=True)
    bound = amount(1, allow_none=True)
    is_proven = flag()
    explanation = words("只要 1 个包裹就能补足差额,超出 0.00 元。")
