"""Applications for recognition as people send them."""

ATTESTED = {"BENEFIT_TRUE": "1", "PRICE_FAIR": "1"}


def applied(visit, county, **changes):
    fields = {"product": str(county.oil.product_id), "statement": "收购 31 户", **ATTESTED}
    clerk = visit(county.clerk)
    answer = clerk.send(f"/producer/{county.producer_id}/certification", **{**fields, **changes})
    return answer.location


def noticed(visit, county, certifiers):
    path = applied(visit, county)
    visit(county.operator).send(f"{path}/pass", **{"rung": "TOWNSHIP", "met-BENEFIT_SEEN": "1"})
    visit(certifiers[0]).send(f"{path}/pass", **{"rung": "SECTOR", "met-QUALITY_SEEN": "1"})
    visit(certifiers[1]).send(f"{path}/pass", rung="COUNTY")
    return path
