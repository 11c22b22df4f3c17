"""Whoever writes into a book leaves a trail, or says here what stands in its place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.structure.house import ROOT

BOOKS = ("ledger", "quota", "attribution", "commission")
# Roles, certificates and rules: what changes them is changed with a trail.
TRAIL = "marketplace.audit.commands"

BOOK = "the book itself: its entries only grow, and name their source"
NOTE = "`note` writes an event of the order, which only grows, with who did it"
FOLLOWS = "follows from what left a trail or an event in the same transaction"
WITHOUT = {
    "marketplace/attribution/commands.py": BOOK,
    "marketplace/commission/commands/__init__.py": BOOK,
    "marketplace/commission/commands/book.py": BOOK,
    "marketplace/commission/commands/disputes.py": "a dispute's steps only grow, and name who",
    "marketplace/ledger/commands.py": BOOK,
    "marketplace/quota/commands/__init__.py": BOOK,
    "marketplace/quota/commands/count.py": BOOK,
    "marketplace/quota/commands/freight.py": BOOK,
    "marketplace/quota/commands/move.py": BOOK,
    "marketplace/offline/commands/review.py": "its steps only grow, and name who took them",
    "marketplace/ordering/commands/accept.py": NOTE,
    "marketplace/ordering/commands/claims.py": FOLLOWS,
    "marketplace/ordering/commands/leave.py": NOTE,
    "marketplace/ordering/commands/pay.py": FOLLOWS,
    "marketplace/ordering/commands/recognise.py": FOLLOWS,
    "marketplace/ordering/commands/refund.py": "its steps only grow, and name who took them",
    "marketplace/ordering/commands/regrant.py": FOLLOWS,
    "marketplace/ordering/commands/settle.py": NOTE,
    "marketplace/outlets/commands/writing.py": FOLLOWS,
    "marketplace/payments/commands/events.py": "the gateway's message is kept as it came",
    "marketplace/payments/commands/payback.py": FOLLOWS,
}


def imported(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


def command_modules() -> Iterator[tuple[str, Path]]:
    home = ROOT / "marketplace"
    for path in sorted([*home.glob("*/commands.py"), *home.glob("*/commands/**/*.py")]):
        yield str(path.relative_to(ROOT)), path


def writes_books(name: str, modules: set[str]) -> bool:
    """By the verbs of a book, or as the book that has the tables."""
    package = name.split("/")[1]
    own = package in BOOKS and f"marketplace.{package}.models" in modules
    verbs = tuple(f"marketplace.{book}.commands" for book in BOOKS)
    return own or any(module.startswith(verbs) for module in modules)


def test_what_writes_books_leaves_a_trail():
    silent = {
        name
        for name, path in command_modules()
        if writes_books(name, modules := imported(path)) and TRAIL not in modules
    }
    assert sorted(silent - set(WITHOUT)) == []
    assert sorted(set(WITHOUT) - silent) == []


def test_what_changes_roles_rules_settings_and_certificates_leaves_a_trail():
    for name in (
        "accounts/commands/people.py",
        "administration/commands/asked.py",
        "administration/commands/roles.py",
        "administration/commands/settings.py",
        "certification/commands/decide.py",
        "certification/commands/withdraw.py",
        "quota/commands/publish.py",
    ):
        assert TRAIL in imported(ROOT / "marketplace" / name), name
