"""Batches of the past: each was on the shelf when it was sold, and nothing of it is left over."""

from datetime import datetime, timedelta

from marketplace.core.clock import day_of
from marketplace.demonstration.dice import dice
from marketplace.demonstration.goods import Lot, Pack, origin_of, write_lot
from marketplace.demonstration.rows import Rows


class Shelves:
    """Finds the batch that a past order was served from, making it where there is none yet."""

    def __init__(self, rows: Rows, seed: int, now: datetime) -> None:
        self.rows = rows
        self.chance = dice(seed, "shelves")
        self.now = now
        self.lots: dict[tuple[int, int], Lot] = {}

    def take(self, pack: Pack, quantity: int, at: datetime, held: str) -> Lot:
        """So many pieces of a batch: shipped, still reserved, or released again."""
        lot = self._lot(pack, at)
        lot.received += quantity
        if held != "shipped":
            lot.on_hand += quantity
        if held == "reserved":
            lot.reserved += quantity
        return lot

    def clear(self) -> None:
        """Writes the batches of the stretch of time that has been told."""
        for lot in self.lots.values():
            write_lot(self.rows, lot, self.now)
        self.lots.clear()

    def _lot(self, pack: Pack, at: datetime) -> Lot:
        # A batch lasts half of its shelf life, so what is sold from it is never too old.
        day = day_of(at)
        stretch = max(1, min(pack.product.shelf_life_days or 60, 60) // 2)
        key = (pack.variant_id, day.toordinal() // stretch)
        if key not in self.lots:
            produced_on = day - timedelta(days=1)
            batch_id = self.rows.new_id("batch")
            code = f"{produced_on:%y%m%d}-{pack.variant_id}-P{batch_id}"
            origin = origin_of(pack.product.maker, self.chance)
            self.lots[key] = Lot(batch_id, pack, code, produced_on, origin)
        return self.lots[key]
