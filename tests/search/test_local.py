"""This machine's copy follows the catalogue, survives what happens to it, is swapped whole."""

import gc
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from marketplace.catalogue.commands import (
    add_sold,
    begin_log_anew,
    certify,
    change_price,
    forget_changes,
    note_everything,
    release,
    reserve,
    turn_certificates,
    withdraw,
)
from marketplace.catalogue.models import Batch, Variant
from marketplace.catalogue.queries import ProductFilter, Sort
from marketplace.catalogue.rules import Certificate
from marketplace.search.commands import write_synonyms
from marketplace.search.engines import choose_engine
from marketplace.search.local.build import rebuild
from marketplace.search.local.folder import read_state, write_state
from marketplace.search.local.indexer import Indexer, WriterLock
from marketplace.search.queries import suggest
from tests.catalogue.shelf import NOW, TODAY, published

HOLD = """
import sys, time
from pathlib import Path
from marketplace.search.local.indexer import WriterLock
assert WriterLock(Path(sys.argv[1])).take()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def indexer(copy, engine, clock, engine_name):
    made = Indexer(copy.folder, choose_engine(engine_name), sessionmaker(engine), clock)
    yield made
    made.close()


def follow(indexer: Indexer) -> int:
    """How much the next look wrote. On PostgreSQL a transaction of another database that ends
    this very moment is taken for one of ours, and holds back what comes after it: look again."""
    return next((written for _ in range(50) if (written := indexer.follow())), 0)


def names(found):
    return [card.name for card in found.cards.items]


def variant_of(session: Session, product) -> Variant:
    return session.scalars(select(Variant).where(Variant.product_id == product.id)).one()


def test_a_new_product_is_found_and_a_withdrawn_one_is_not(session, shop, ask, indexer):
    published(session, shop["香菇脆"].producer_id, "香菇酱")
    withdraw(session, shop["香菇脆"].id, NOW)
    session.commit()
    assert follow(indexer) == 2
    assert set(names(ask("香菇"))) == {"郧阳椴木香菇", "香菇酱"}
    assert indexer.follow() == 0


def test_goods_that_have_left_are_not_suggested(session, shop, copy, indexer):
    assert "香菇脆" in [entry.text for entry in suggest(copy, "xiang")]
    withdraw(session, shop["香菇脆"].id, NOW)
    session.commit()
    follow(indexer)
    copy.look_again()
    assert "香菇脆" not in [entry.text for entry in suggest(copy, "xiang")]


def test_a_new_price_orders_the_list(session, shop, ask, indexer):
    change_price(session, variant_of(session, shop["香菇脆"]).id, 100, NOW)
    session.commit()
    assert follow(indexer) == 1
    assert names(ask("香菇", ProductFilter(sort=Sort.PRICE)))[0] == "香菇脆"
    assert names(ask("香菇", ProductFilter(max_price_fen=100))) == ["香菇脆"]


def test_what_is_sold_out_stands_below_until_it_is_there_again(session, shop, ask, indexer):
    first = ask("香菇").cards.items[0]
    variant = variant_of(session, next(p for p in shop.values() if p.id == first.id))
    reserve(session, {variant.id: 10}, NOW)
    session.commit()
    assert follow(indexer) == 1
    assert ask("香菇").cards.items[-1].id == first.id
    batch_id = session.scalars(select(Batch.id).where(Batch.variant_id == variant.id)).one()
    release(session, {batch_id: 10}, NOW)
    session.commit()
    assert follow(indexer) == 1
    assert ask("香菇").cards.items[0].id == first.id


def test_sales_are_told_when_their_leading_digits_change(session, shop, ask, indexer):
    product = shop["郧阳椴木香菇"]
    add_sold(session, {product.id: 1_200}, NOW)
    session.commit()
    assert follow(indexer) == 1
    assert names(ask("香菇"))[0] == product.name
    add_sold(session, {product.id: 5}, NOW)
    session.commit()
    assert indexer.follow() == 0


def test_a_day_that_begins_turns_recognitions(session, shop, ask, indexer, clock):
    tomorrow = TODAY + timedelta(days=1)
    paper = Certificate("42-1", "郧阳区", tomorrow, tomorrow + timedelta(days=365))
    certify(session, shop["香菇脆"].id, paper, NOW)
    session.commit()
    follow(indexer)
    certified = ProductFilter(certified=True)
    assert names(ask("香菇", certified)) == []
    clock.advance(days=1)
    assert follow(indexer) == 1
    assert [hit.product_id for hit in ask("香菇", certified).hits] == [shop["香菇脆"].id]


def test_a_certificate_registered_ahead_takes_over_on_its_first_day(session, shop):
    product, tomorrow = shop["香菇脆"], TODAY + timedelta(days=1)
    certify(session, product.id, Certificate("OLD", "郧阳区", TODAY, TODAY), NOW)
    certify(session, product.id, Certificate("NEW", "郧阳区", tomorrow, tomorrow), NOW)
    assert product.certification_number == "OLD"
    assert turn_certificates(session, NOW) == 0
    assert turn_certificates(session, NOW + timedelta(days=1)) == 1
    assert product.certification_number == "NEW"


def test_words_of_officials_are_followed(session, shop, ask, indexer):
    assert names(ask("蘑菇干")) == []
    write_synonyms(session, None, "蘑菇干 香菇", NOW)
    session.commit()
    follow(indexer)
    assert set(names(ask("蘑菇干"))) == {"郧阳椴木香菇", "香菇脆"}


def test_a_copy_of_another_past_is_built_anew(session, copy, indexer):
    before = copy.folder.current()
    begin_log_anew(session)
    session.commit()
    assert follow(indexer) == 5
    assert copy.folder.current() != before


def test_when_everything_changed_the_copy_is_built_anew(session, copy, indexer):
    note_everything(session, NOW)
    session.commit()
    assert (indexer.follow(), indexer.follow()) == (5, 0)


def test_a_copy_that_slept_too_long_is_built_anew(session, shop, copy, indexer):
    for days, name in ((0, "香菇脆"), (0, "玉米糁 石磨"), (8, "红薯粉条")):
        withdraw(session, shop[name].id, NOW + timedelta(days=days))
        session.commit()
    forget_changes(session, NOW + timedelta(days=8))
    session.commit()
    before = copy.folder.current()
    assert follow(indexer) == 2
    assert copy.folder.current() != before


def test_a_copy_that_has_read_everything_is_not_built_anew(session, shop, copy, indexer):
    withdraw(session, shop["香菇脆"].id, NOW)
    session.commit()
    before = copy.folder.current()
    follow(indexer)
    withdraw(session, shop["红薯粉条"].id, NOW + timedelta(days=8))
    session.commit()
    forget_changes(session, NOW + timedelta(days=8))
    session.commit()
    assert follow(indexer) == 1
    assert copy.folder.current() == before


# Whoosh leaves a damaged file open when it gives up reading it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("damage", ["gone", "emptied", "garbled", "words"])
def test_a_lost_or_damaged_copy_is_noticed_mended_and_never_missed(
    session, ask, copy, indexer, damage
):
    place = copy.folder.current()
    for file in list(place.iterdir()):
        if damage == "gone":
            file.unlink()
        elif damage == "emptied" and file.name != "state.json":
            file.write_bytes(b"")
        elif damage == "garbled" and file.name not in {"state.json", "words.sqlite"}:
            file.write_bytes(os.urandom(64))
        elif damage == "words" and file.name.startswith("words.sqlite"):
            file.write_bytes(b"not a database" * 400)
    found = ask("香菇")
    assert found.is_makeshift
    assert set(names(found)) == {"郧阳椴木香菇", "香菇脆"}
    assert follow(indexer) == 5
    assert not ask("香菇").is_makeshift
    gc.collect()


def test_without_a_copy_names_are_compared(session, shop, copy, ask):
    copy.folder.discard(copy.folder.current())
    assert names(ask("红薯")) == ["红薯粉条"]
    assert names(ask("!!!")) == []


def test_readers_keep_their_snapshot_while_another_is_written(session, shop, copy, indexer):
    held = copy.snapshot()
    withdraw(session, shop["香菇脆"].id, NOW)
    session.commit()
    follow(indexer)
    assert held.reader.products == 5
    copy.look_again()
    assert copy.snapshot().reader.products == 4
    assert copy.snapshot().version != held.version


def test_two_who_build_at_once_do_not_take_each_others_place(session, copy, engine_name):
    chosen, folder = choose_engine(engine_name), copy.folder
    abandoned = folder.begin()
    place = folder.begin()
    rebuild(session, folder, chosen, TODAY)
    assert place.is_dir()
    assert abandoned.is_dir()
    os.utime(abandoned, (0, 0))
    folder.begin()
    assert not abandoned.exists()
    folder.discard(place)
    copy.look_again()
    assert copy.snapshot().reader.products == 5


def test_one_process_of_a_machine_writes_and_a_killed_one_leaves_no_lock(tmp_path: Path):
    path = tmp_path / "search" / "writer.lock"
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        mine = WriterLock(path)
        assert not mine.take()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert mine.take()
    mine.release()


def test_what_a_killed_writer_did_not_note_is_written_again(session, shop, copy, ask, indexer):
    state = read_state(copy.folder.current())
    withdraw(session, shop["香菇脆"].id, NOW)
    session.commit()
    follow(indexer)
    # Killed between the commit of the index and the note of how far it had read.
    assert state is not None
    write_state(copy.folder.current(), state)
    assert follow(indexer) == 1
    assert names(ask("香菇")) == ["郧阳椴木香菇"]
