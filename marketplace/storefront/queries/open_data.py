"""The county's figures as open data: tables that each sum to the same total."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from marketplace.attribution import queries as attribution
from marketplace.attribution.queries import YearPart
from marketplace.catalogue.queries import list_names
from marketplace.core.errors import N_
from marketplace.geography import queries as geography
from marketplace.producers.queries import names_of as producer_names

# Table → what a row of it is; the columns are the same in all of them.
TABLES: Mapping[str, str] = {
    "month": N_("一个月(YYYY-MM)"),
    "township": N_("一个乡镇,键是 12 位区划代码"),
    "village": N_("一个村或社区,键是 12 位区划代码"),
    "product": N_("一种商品,键是商品编号"),
    "producer": N_("一个供应商,键是供应商编号"),
    "channel": N_("一个渠道:SHOP 商城、LIVE 直播、OUTLET 专柜、OFFLINE 线下"),
}
COLUMNS: Mapping[str, str] = {
    "table": N_("属于哪张表,见下"),
    "key": N_("这一行是谁,见下"),
    "name": N_("名称,没有名称的是空的"),
    "amount_fen": N_("已完成订单的货款归属,单位是分,已扣除退款,不含运费"),
    "orders": N_("涉及的订单数;一张订单可以涉及几行,所以各行相加不等于总订单数"),
}


def open_tables(session: Session, county: str, year: int) -> dict[str, list[dict[str, Any]]]:
    """Every table of a year, the biggest rows first. Each sums to the county's total."""
    parts = attribution.list_parts(session, "county", county, years=(year,), parts=tuple(TABLES))
    by_table: dict[str, list[YearPart]] = {name: [] for name in TABLES}
    for part in parts:
        by_table[part.part].append(part)
    names = _names(session, by_table)
    return {
        table: [
            {
                "key": row.part_key,
                "name": names.get(table, {}).get(row.part_key, ""),
                "amount_fen": row.amount_fen,
                "orders": row.orders,
            }
            for row in rows
        ]
        for table, rows in by_table.items()
    }


def _names(
    session: Session, by_table: Mapping[str, Sequence[YearPart]]
) -> dict[str, dict[str, str]]:
    def keys(table: str) -> list[str]:
        return [row.part_key for row in by_table[table]]

    products = list_names(session, {int(key) for key in keys("product")})
    producers = producer_names(session, {int(key) for key in keys("producer")})
    return {
        "township": geography.names_of(session, keys("township")),
        "village": geography.names_of(session, keys("village")),
        "product": {str(key): found.name for key, found in products.items()},
        "producer": {str(key): name for key, name in producers.items()},
    }
