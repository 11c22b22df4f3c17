"""The producer registers an invoice on the order's page, and the buyer's side checks it there."""

NUMBER = "26422000000000000001"


def test_an_invoice_goes_from_the_producer_to_the_buyer(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    clerk, buyer = road.visit(county.clerk), road.visit(county.finance)
    page = f"/orders/{order_id}"
    given = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    assert "登记发票" in clerk.see(page)
    assert "登记发票" not in buyer.see(page)
    clerk.send(f"{page}/invoices", **given)
    assert "已核对" in buyer.see(page)
    buyer.send("/invoices/1/check")
    assert "买方已核对" in clerk.see(page)


def test_what_was_typed_is_kept_and_the_field_is_named(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    clerk = road.visit(county.clerk)
    page = clerk.send(
        f"/orders/{order_id}/invoices",
        422,
        number="123",
        invoice_amount="abc",
        issued_on="2026-11-23",
    ).text
    assert 'value="123"' in page
    assert 'value="abc"' in page


def test_another_unit_does_not_even_learn_that_there_is_one(road, county):
    order_id = road.deliver((county.mushrooms, 3))
    given = {"number": NUMBER, "invoice_amount": "192.09", "issued_on": "2026-11-23"}
    road.visit(county.clerk).send(f"/orders/{order_id}/invoices", **given)
    road.visit(county.stranger).send("/invoices/1/check", 404)
