"""Reports as tables to take away: exactly what the page shows, in the same order."""

from collections.abc import Iterator, Sequence

from marketplace.broadcast.rules.report import By, Row
from marketplace.core.money import plain_yuan

FIRST = {
    By.HOST: "主播",
    By.SESSION: "场次",
    By.PRODUCT: "商品",
    By.VILLAGE: "村",
    By.MONTH: "月份",
}
HEADS = (
    *("点击", "未计点击", "订单", "其中经链接", "转化率(%)", "件数", "下单金额(元)"),
    *("现存金额(元)", "退回金额(元)", "退回率(%)", "已入账金额(元)"),
    *("佣金(元)", "其中主播(元)", "其中机构(元)", "村数"),
)
# Nobody clicks on a village, and what is not recognised yet belongs to none.
VILLAGE_HEADS = ("订单", "已入账金额(元)")
SUM = "合计"


def table_of(rows: Sequence[Row], total: Row, by: By) -> list[tuple[str, ...]]:
    """Heads, rows, sum."""
    if by is By.VILLAGE:
        return [("编码", FIRST[by], *VILLAGE_HEADS), *_village_rows(rows)]
    heads = ("编号", FIRST[by], *HEADS)
    return [heads, *(_row(row) for row in rows), ("", SUM, *_row(total)[2:])]


def _village_rows(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        yield row.key, row.name, str(row.sums.orders), plain_yuan(row.sums.recognised_fen)
    whole = sum(row.sums.recognised_fen for row in rows)
    # An order that several villages served is one of each, so their numbers have no sum.
    yield "", SUM, "", plain_yuan(whole)


def _row(row: Row) -> tuple[str, ...]:
    sums = row.sums
    return (
        *(row.key, row.name, str(sums.clicks), str(sums.left_out), str(sums.orders)),
        *(str(sums.by_link), _percent(sums.conversion_ppm), str(sums.packs)),
        *(plain_yuan(sums.ordered_fen), plain_yuan(sums.worth_fen)),
        *(plain_yuan(sums.returned_fen), _percent(sums.returned_ppm)),
        *(plain_yuan(sums.recognised_fen), plain_yuan(sums.commission_fen)),
        *(plain_yuan(sums.host_fen), plain_yuan(sums.agency_fen), str(len(row.villages))),
    )


def _percent(ppm: int | None) -> str:
    return "" if ppm is None else f"{ppm // 10_000}.{ppm // 100 % 100:02d}"
