"""Goods in: a new batch, with the villages it came from in percent."""

from collections.abc import Mapping
from datetime import date

from marketplace.catalogue.rules import OriginShare, ReceivedBatch
from marketplace.core.errors import N_
from marketplace.core.money import PPM, as_percent, parse_percent
from marketplace.geography.forms import read_village
from marketplace.geography.rules import Villages
from marketplace.web.fields import Fields

ORIGIN_ROWS = 5

NOT_A_SHARE = N_("请填写百分数,例如 62.5,最多四位小数。")
SHARES_DO_NOT_SUM = N_("各村的份额合计要正好 100%%,现在是 %(total)s%%。")
NO_ORIGIN = N_("请至少填写一个产地村。")


def read_batch(values: Mapping[str, str], villages: Villages) -> ReceivedBatch:
    """A batch that came in."""
    fields = Fields(values)
    batch = ReceivedBatch(
        variant_id=fields.number("variant_id"),
        code=fields.text("code", 40),
        produced_on=fields.day("produced_on") or date.min,
        shelf_life_days=_shelf_life(fields),
        quantity=fields.number("quantity", most=1_000_000),
        origin=_origin(fields, villages),
    )
    fields.check()
    return batch


def _shelf_life(fields: Fields) -> int | None:
    if not fields.values.get("shelf_life_days", "").strip():
        return None
    return fields.number("shelf_life_days", most=36_500)


def _origin(fields: Fields, villages: Villages) -> tuple[OriginShare, ...]:
    rows = [row for row in range(1, ORIGIN_ROWS + 1) if _is_filled(fields, row)]
    origin = tuple(_share(fields, row, villages) for row in rows)
    total = sum(share.share_ppm for share in origin)
    if not origin:
        fields.refuse("village-1", NO_ORIGIN)
    elif total != PPM and all(share.share_ppm for share in origin):
        fields.refuse("share-1", SHARES_DO_NOT_SUM, total=as_percent(total))
    return origin


def _is_filled(fields: Fields, row: int) -> bool:
    return any(fields.values.get(f"{name}-{row}", "").strip() for name in ("village", "share"))


def _share(fields: Fields, row: int, villages: Villages) -> OriginShare:
    code = read_village(fields, f"village-{row}", villages)
    share_ppm = parse_percent(fields.values.get(f"share-{row}", ""))
    if not share_ppm:
        fields.refuse(f"share-{row}", NOT_A_SHARE)
    return OriginShare(code, share_ppm or 0)
