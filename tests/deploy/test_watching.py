"""Dashboard and alerts name figures that the marketplace really tells, and say what to do."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from marketplace.catalogue.commands.changes import note_changes
from marketplace.core.happenings import happen
from marketplace.outbox.commands import see_worker
from marketplace.web import metrics
from tests.conftest import NOON
from tests.search.indexing import index
from tests.structure.house import ROOT

DEPLOY = ROOT / "deploy"
# What Prometheus itself says of each node.
OF_PROMETHEUS = {"up"}
NAME = re.compile(r"\b(bangfu_\w+|up)\b")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEPLOY / "grafana-dashboard.json").read_text())[
        "panels"
    ]
    return found


def expressions() -> Iterator[str]:
    for rule in rules():
        yield rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"]


@pytest.fixture
def told(client, session, tmp_path, county) -> str:
    """What /metrics says of a shop in which everything has happened once."""
    index(session, tmp_path)
    see_worker(session, "here", NOON)
    happen(session, "placed")
    happen(session, "completed")
    note_changes(session, [county.mushrooms.product_id], NOON)
    session.commit()
    metrics.count_job("mail.send", "done", 0.1)
    metrics.count_viewers(1)
    client.get("/")
    client.get("/")
    return str(client.get("/metrics").text)


def names_told(page: str) -> set[str]:
    return {re.split(r"[{ ]", line)[0] for line in page.splitlines() if not line.startswith("#")}


def test_every_figure_that_is_watched_is_told(told):
    named = {name for expression in expressions() for name in NAME.findall(expression)}
    assert len(named) > 20
    assert named - OF_PROMETHEUS - names_told(told) == set()


def test_every_figure_that_is_told_is_watched(told):
    """What nobody looks at need not be counted; parts of a histogram belong together."""
    watched = " ".join(expressions())
    ours = {name for name in names_told(told) if name.startswith("bangfu_")}
    roots = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in ours}
    unseen = {name for name in roots if not re.search(rf"\b{name}", watched)}
    assert unseen == set()


def test_every_label_that_is_asked_for_is_there(told):
    asked = {
        (name, label)
        for expression in expressions()
        for name, wanted in re.findall(r"\b(bangfu_\w+)\{([^}]*)\}", expression)
        for label in re.findall(r'(\w+)="', wanted)
    }
    assert len(asked) >= 3
    for name, label in asked:
        assert re.search(rf"^{name}\{{[^}}]*\b{label}=", told, re.M), (name, label)


def test_every_alert_says_what_it_means_and_what_to_do():
    guide = (ROOT / "docs" / "operators.md").read_text()
    rows = dict(re.findall(r"^\| (\w+) \| (.+ \| .+) \|$", guide, re.M))
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert rule["annotations"]["summary"].endswith("."), rule["alert"]
        assert len(rows.get(rule["alert"], "")) > 60, rule["alert"]
    named = {rule["alert"] for rule in rules()}
    assert len(named) == len(rules())


def test_no_label_holds_what_somebody_asked_for(client, county):
    """A number of labels that anyone can raise would fill the disk and the memory."""
    client.get("/healthz")
    before = len(client.get("/metrics").text.splitlines())
    for number in range(40):
        client.get(f"/nowhere/{number}")
        client.get(f"/products/{number + 10_000}")
        client.open("/healthz", method=f"BREW{number}")
        client.get("/search", query_string={"q": f"word{number}"})
    after = client.get("/metrics").text
    assert len(after.splitlines()) - before < 120
    labels = set(re.findall(r'="([^"]*)"', after))
    assert "storefront.product" in labels
    assert not [label for label in labels if re.search("1000[01]|word1|BREW", label)]


def test_panels_do_not_lie_over_each_other():
    places: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & places, panel["title"]
        places |= cells
