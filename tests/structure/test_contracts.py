"""The ranks of the house hold, and each contract is seen to break when someone breaks it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.structure.house import ROOT, features

pytestmark = pytest.mark.slow

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}
PROTECTED = {contract["id"] for contract in CONTRACTS if contract["type"] == "protected"}
WITH_TABLES = [
    name
    for name in features()
    if (ROOT / f"marketplace/{name}/models.py").exists()
    or (ROOT / f"marketplace/{name}/models").is_dir()
]


def broken_contracts(folder: Path) -> set[str]:
    """The ids of the contracts that do not hold for the package in a folder."""
    lint = "import sys; from importlinter.cli import lint_imports_command as lint; lint()"
    run = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache", "--no-logo"],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "400", "PYTHONPATH": str(folder)},
    )
    verdicts = dict(re.findall(r"^(.+) (KEPT|BROKEN)", run.stdout, re.MULTILINE))
    assert set(verdicts) == set(NAMES.values()), run.stdout + run.stderr
    return {key for key, name in NAMES.items() if verdicts[name] == "BROKEN"}


@pytest.fixture
def house(tmp_path):
    """A copy of the house in which a test may misbehave."""
    leave = shutil.ignore_patterns("__pycache__", "data", "*.po", "*.mo")
    shutil.copytree(ROOT / "marketplace", tmp_path / "marketplace", ignore=leave)
    shutil.copy(ROOT / "config.py", tmp_path)
    shutil.copy(ROOT / "encryption.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def add_import(house: Path, module: str, line: str) -> None:
    path = house / Path(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    assert path.exists(), path
    path.write_text(f"{path.read_text()}\n{line}\n")


@pytest.fixture
def newly_broken(house):
    """Which contracts a misdeed breaks that was whole before."""
    before = broken_contracts(house)
    return lambda: broken_contracts(house) - before


def test_every_contract_is_kept(house):
    assert broken_contracts(house) == set()


@pytest.mark.parametrize(
    ("contracts", "module", "line"),
    [
        ({"ranks"}, "marketplace.core.paging", "import marketplace.storefront"),
        ({"order"}, "marketplace.audit.queries", "import marketplace.audit.commands"),
        ({"api"}, "marketplace.api.schemas", "import marketplace.api.reading"),
        ({"pure"}, "marketplace.core.money", "import sqlalchemy"),
        # Commands build on rules, so they would come to know Flask as well.
        ({"pure", "no-flask"}, "marketplace.outbox.rules", "import flask"),
        ({"no-flask"}, "marketplace.catalogue.commands", "import flask"),
        ({"no-flask"}, "marketplace.audit.queries", "import flask_login"),
        ({"no-flask"}, "marketplace.ordering.models", "import werkzeug"),
    ],
)
def test_what_is_violated_breaks_and_nothing_else(house, newly_broken, contracts, module, line):
    add_import(house, module, line)
    assert newly_broken() == contracts


def test_a_package_without_a_rank_is_noticed(house, newly_broken):
    (house / "marketplace/annex").mkdir()
    (house / "marketplace/annex/__init__.py").touch()
    assert newly_broken() == {"ranks"}


def test_a_file_that_no_feature_should_have_is_noticed(house, newly_broken):
    (house / "marketplace/quota/misc.py").touch()
    assert newly_broken() == {"order"}


def test_tables_are_touched_by_their_owner_alone(house, newly_broken):
    for feature in WITH_TABLES:
        add_import(house, "marketplace.storefront", f"import marketplace.{feature}.models")
    assert newly_broken() == PROTECTED


def test_every_feature_stands_in_the_contracts():
    (order,) = (contract for contract in CONTRACTS if contract["id"] == "order")
    assert set(order["containers"]) == {f"marketplace.{name}" for name in features()} - {
        "marketplace.api"
    }
    assert {f"{name}-models" for name in WITH_TABLES} == PROTECTED
