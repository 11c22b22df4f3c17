"""What one machine does the other knows, and neither keeps anything that the other needs."""

import json
import signal
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from benchmarks.nodes_cluster import Node
from marketplace.catalogue.commands import receive_batch
from marketplace.catalogue.rules import OriginShare, ReceivedBatch
from marketplace.core.clock import day_of
from marketplace.core.identity import Identity
from marketplace.livestream.models import Click, LinkTotal, ShortLink
from marketplace.ordering.models import Purchase
from tests.api.conftest import wish
from tests.county import HUIGOU
from tests.nodes.conftest import PASSWORD, Shop, rename
from tests.nodes.visitor import WITHIN_S, Visitor, comes_true

pytestmark = [pytest.mark.slow, pytest.mark.machines]
CallAs = Callable[[Identity], Visitor]


def at_each(shop: Shop, claim: Callable[[Node], bool]) -> bool:
    return all(comes_true(partial(claim, node)) for node in shop.each())


def enter(shop: Shop, visitor: Visitor) -> None:
    fields = {"login": shop.county.buyer.login, "password": PASSWORD}
    assert visitor.submit(shop.first, "/login", "/login", **fields).status == 302


def is_known(shop: Shop, visitor: Visitor) -> list[bool]:
    return [visitor.ask(node, "/me").status == 200 for node in shop.each()]


def test_whoever_logged_in_at_one_machine_is_logged_in_at_the_other(shop: Shop, visitor: Visitor):
    assert is_known(shop, visitor) == [False, False]
    enter(shop, visitor)
    assert is_known(shop, visitor) == [True, True]
    visitor.submit(shop.second, "/me", "/logout")
    assert is_known(shop, visitor) == [False, False]


def test_leaving_everywhere_at_one_machine_ends_other_browsers_at_the_other(
    shop: Shop, visitor: Visitor
):
    elsewhere = Visitor()
    enter(shop, visitor)
    enter(shop, elsewhere)
    visitor.submit(shop.second, "/me", "/me/logout-everywhere")
    assert is_known(shop, elsewhere) == [False, False]


def test_wrong_passwords_at_one_machine_slow_down_the_other(shop: Shop):
    """A guesser gains nothing from there being two."""
    said = []
    for attempt in range(14):
        fields = {"login": "nobody@test", "password": f"guess number {attempt}"}
        said.append(Visitor().submit(shop.each()[attempt % 2], "/login", "/login", **fields).status)
    assert 429 in said[:12]
    assert said[-2:] == [429, 429]


def test_the_same_key_at_both_machines_at_once_is_one_purchase(shop: Shop, call_as: CallAs):
    before = shop.count(select(func.count()).select_from(Purchase))
    buyer, body = call_as(shop.county.buyer), wish(shop.county)

    def ask(place: int) -> tuple[int, str]:
        answer = buyer.call(shop.each()[place % 2], "/purchases", body, key="both")
        return answer.status, answer.text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert {status for status, _text in answers} == {201}
    assert len(answers) == 1
    assert shop.count(select(func.count()).select_from(Purchase)) == before + 1


def test_a_page_on_the_shelf_of_either_is_never_behind_the_books(shop: Shop, visitor: Visitor):
    path = f"/products/{shop.county.mushrooms.product_id}"
    for _ in range(5):
        # Both processes of each machine may have one by now.
        for node in shop.each() * 4:
            assert visitor.ask(node, path).status == 200
        word = rename(shop)
        assert all(word in visitor.ask(node, path).text for node in shop.each() * 4)


def test_new_goods_are_found_at_both_machines(shop: Shop, visitor: Visitor):
    word = rename(shop)
    path = f"/api/v1/products?q={quote(word)}"
    assert at_each(shop, lambda node: visitor.ask(node, path).json["total"] == 1)


def test_the_board_tells_the_same_at_both_machines(shop: Shop, visitor: Visitor):
    path = f"/live/{shop.held.session_id}.json"

    def stock() -> list[int]:
        return [visitor.ask(node, path).json["stock"][0]["available"] for node in shop.each()]

    before = stock()
    assert before[0] == before[1]
    today = day_of(datetime.now(UTC))
    variant_id, whole = shop.county.mushrooms.variant_id, (OriginShare(HUIGOU, 1_000_000),)
    batch = ReceivedBatch(variant_id, "NODES1", today, 365, 77, whole)
    shop.write(lambda session: receive_batch(session, batch, datetime.now(UTC)))
    assert comes_true(lambda: stock() == [before[0] + 77] * 2)


def test_a_paper_that_either_worker_printed_is_fetched_at_both(shop: Shop, call_as: CallAs):
    buyer = call_as(shop.county.buyer)
    asked = buyer.call(
        shop.first,
        "/papers",
        {"kind": "purchase_order", "object": f"purchase:{shop.purchase_id}", "format": "xlsx"},
    )
    assert asked.status == 202, asked.text
    path = f"/api/v1/papers/{asked.json['id']}"
    assert at_each(shop, lambda node: buyer.ask(node, path).json["state"] == "DONE")
    assert at_each(shop, lambda node: bool(buyer.ask(node, path).json["content_base64"]))


def follow(shop: Shop, path: str, *places: int) -> None:
    """Follows a link as so many people, each at one of the machines."""
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Accept": "text/html"}
    for place in places:
        assert Visitor(browser).ask(shop.each()[place], path).status == 302


def test_clicks_at_both_machines_are_counted_once_and_those_of_a_killed_one_when_it_is_back(
    shop: Shop,
):
    link_id = shop.held.links[shop.county.mushrooms.product_id]
    codes: list[str] = []
    one = select(ShortLink.code).where(ShortLink.id == link_id)
    shop.write(lambda session: codes.extend(session.scalars(one)))
    path, clicks = f"/l/{codes[0]}", select(func.sum(LinkTotal.clicks))
    follow(shop, path, 0, 1, 0, 1, 0)
    assert comes_true(lambda: shop.count(clicks) == 5)
    follow(shop, path, 0, 0, 0)
    shop.first.kill()
    follow(shop, path, 1)
    assert comes_true(lambda: shop.count(clicks) >= 6)
    shop.first.start()
    assert comes_true(lambda: shop.count(clicks) == 9)
    assert shop.count(select(func.count()).select_from(Click)) == 9


def test_what_is_in_flight_when_a_machine_is_told_to_stop_is_finished(shop: Shop, call_as: CallAs):
    token = call_as(shop.county.buyer).headers["Authorization"]
    sent = json.dumps(wish(shop.county)).encode()
    head = (
        f"POST /api/v1/purchases HTTP/1.1\r\nHost: a\r\nAuthorization: {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    try:
        with socket.create_connection(("127.0.0.1", shop.first.port), WITHIN_S) as connection:
            connection.sendall(head.encode())
            # From here on it is in the hands of a worker.
            assert connection.recv(4096).startswith(b"HTTP/1.1 100")
            shop.first.parts[0].signal(signal.SIGTERM)
            assert comes_true(lambda: not is_open(shop.first))
            connection.sendall(sent)
            assert connection.recv(4096).startswith(b"HTTP/1.1 201")
    finally:
        shop.first.stop()
        shop.first.start()


def is_open(node: Node) -> bool:
    """Whether it takes anybody new."""
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", node.port)) == 0


def test_a_machine_s_folder_holds_nothing_but_copies_and_what_is_on_its_way(shop: Shop):
    for node in shop.each():
        names = {path.name for path in node.folder.iterdir()}
        assert names <= {"search", "clicks", "counts", "log"}
