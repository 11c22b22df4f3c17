"""`flask scale`: synthetic load of any size."""

from time import perf_counter

import click
from flask.cli import with_appcontext

from marketplace.catalogue.commands import note_everything
from marketplace.cli.prepare import rebuild_index
from marketplace.cockpit.commands import take_snapshot
from marketplace.demonstration.load import Load, Size
from marketplace.web import commit, now, session

# Made-up counties have four digits of their own, and the last hundred are left to others.
MOST_COUNTIES = 9_899
AT_LEAST_ONE = click.IntRange(min=1)


@click.command("scale")
@click.option("--products", type=AT_LEAST_ONE, required=True, help="How many products to add.")
@click.option("--units", type=AT_LEAST_ONE, required=True, help="How many budget units to add.")
@click.option("--orders", type=AT_LEAST_ONE, required=True, help="How many purchases to add.")
@click.option(
    "--counties",
    type=click.IntRange(0, MOST_COUNTIES),
    default=0,
    help="Spread over so many made-up counties (codes 99…), each with a centre and an official.",
)
@click.option(
    "--shoppers",
    type=click.IntRange(min=0),
    default=0,
    help="How many who buy for themselves; 0 is one for each hundred purchases.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same load.")
@with_appcontext
def add_load(seed: int, **wanted: int) -> None:
    """Adds a synthetic load to a migrated database, empty or not, with books that hold.

    Nobody else may write meanwhile. If it is interrupted, what is there already is consistent.
    """
    started_s = perf_counter()
    size = Size(**wanted)
    load = Load(session(), size, seed, now())
    with click.progressbar(length=size.orders, label="orders") as bar:
        told = 0
        for done in load.steps():
            commit()
            bar.update(done - told)
            told = done
        bar.update(size.orders - told)
    note_everything(session(), now())
    commit()
    take_snapshot(session(), now())
    commit()
    rebuild_index()
    click.echo(f"Added {told:,} purchases ({perf_counter() - started_s:.0f} s).")
