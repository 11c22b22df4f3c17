"""What a producer lists: drafts, what waits, what came back, changes, pictures, a table."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy.orm import Session

from marketplace.catalogue.queries import get_own
from marketplace.core.identity import Identity
from marketplace.core.pictures import draw
from marketplace.demonstration.money import who
from marketplace.demonstration.stories import Cast
from marketplace.listing import commands
from marketplace.listing.commands.imports import hand_in
from marketplace.listing.queries import stands
from marketplace.listing.rules import PackWish, ProductWish

# Drawn for the demonstration: nobody's photograph, in the colours of a field and of a table.
PAINTINGS = (((86, 122, 60), (222, 205, 150)), ((120, 82, 48), (240, 232, 214)))
DRAFTS = (("香菇脆", "HG-CRISP"), ("香菇酱", "HG-SAUCE"), ("香菇粉", "HG-POWDER"))
RETURNED = "净重和规格名称对不上,请改成一致再提交。"


def tell_of_listings(session: Session, cast: Cast, now: datetime) -> None:
    """The producer of the demonstration has something in every stage."""
    goods = cast.goods["producer"]
    maker = goods[0].maker
    clerk, centre = who(session, cast.clerks[maker.producer_id]), who(session, cast.cashier_id)
    village, at = maker.home.code, now - timedelta(days=3)
    _, waiting, came_back = (
        commands.draft(session, clerk, maker.producer_id, _wish(name, sku, village), at)
        for name, sku in DRAFTS
    )
    commands.submit(session, clerk, waiting, at)
    commands.submit(session, clerk, came_back, at)
    commands.return_product(session, centre, came_back, RETURNED, at + timedelta(hours=5))
    _change_price(session, clerk, goods[0].product_id, 110, now - timedelta(days=1))
    _change_price(session, clerk, goods[1].product_id, 92, now - timedelta(days=2))
    paintings = [draw("photos", _paint(*colours)) for colours in PAINTINGS]
    commands.add_photos(session, clerk, goods[1].product_id, paintings, at)
    _hand_in_table(session, clerk, maker.producer_id, village, now)


def _wish(name: str, sku: str, village: str) -> ProductWish:
    words = "**会沟香菇**,低温烘干。\n\n- 阴凉干燥处存放\n- 开袋后请密封"
    pack = PackWish("250 克/袋", 2_880, 250, carton_quantity=20, sku=sku)
    return ProductWish("shiitake", name, village, None, words, (pack,))


def _change_price(
    session: Session, clerk: Identity, product_id: int, percent: int, at: datetime
) -> None:
    """A rise waits for the centre, a cut holds."""
    wish = stands(session, get_own(session, product_id))
    first = wish.packs[0]
    dearer = replace(first, price_fen=first.price_fen * percent // 100)
    reason = "烘干用电涨价" if percent > 100 else "新货上市,老货促销"
    wanted = replace(wish, packs=(dearer, *wish.packs[1:]))
    commands.revise(session, clerk, product_id, wanted, at, reason=reason)


def _hand_in_table(
    session: Session, clerk: Identity, producer_id: int, village: str, now: datetime
) -> None:
    rows = [
        [
            "3",
            "HG-A1",
            "香菇丁",
            "香菇",
            "500克/袋",
            "42.00",
            "1",
            "20",
            village,
            "",
            "煮汤用",
        ],
        ["4", "HG-A2", "香菇丁", "香菇", "5斤", "198", "1", "4", village, "", ""],
        ["5", "HG-A3", "香菇片", "香菇", "一大袋", "36.5", "1", "20", village, "", ""],
        ["6", "HG-A4", "香菇片", "蘑菇类", "250克", "二十", "1", "20", village, "", ""],
    ]
    hand_in(session, clerk, producer_id, ("秋季新品.xlsx", rows), now - timedelta(hours=2))


def _paint(top: tuple[int, int, int], ground: tuple[int, int, int]) -> bytes:
    """A plain picture of two bands, as a camera would hand it over."""
    from PIL import Image

    picture = Image.new("RGB", (1200, 900), ground)
    picture.paste(top, (0, 0, 1200, 380))
    for place in range(6):
        left = 90 + 180 * place
        picture.paste(tuple(part // 2 for part in top), (left, 480, left + 110, 700))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
