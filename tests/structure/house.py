"""The files of the house, as the structure tests walk through them."""

import ast
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("marketplace", "migrations", "benchmarks", "deploy", "tests")
WORDS = (".py", ".html", ".css", ".js", ".md", ".toml", ".sh", ".po", ".yaml", ".yml", ".ini")
NAMES = ("Makefile", "run")

# Packages that hold a feature: everything but the ground and what only wires or demonstrates.
NOT_FEATURES = {"core", "web", "cli", "translations", "demonstration"}


def python_files() -> list[Path]:
    """Every module of ours, without the migrations, which are records and not prose."""
    found = [ROOT / name for name in ("config.py", "encryption.py", "wsgi.py")]
    for folder in CODE:
        found += (ROOT / folder).rglob("*.py")
    return sorted(path for path in found if "versions" not in path.parts)


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def features() -> list[str]:
    packages = (path.parent for path in (ROOT / "marketplace").glob("*/__init__.py"))
    return sorted(path.name for path in packages if path.name not in NOT_FEATURES)


def text_files() -> list[Path]:
    """What people wrote; nothing that was made, installed or vendored."""
    made = {"__pycache__", "instance", "vendor", "node_modules"}
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name == ".ci" or name[0] != "."]
        folders[:] = [name for name in folders if name not in made]
        found += [Path(folder, name) for name in names]
    return sorted(
        path for path in found if path.suffix in WORDS or path.name in {"Makefile", "run"}
    )


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each function with its length in lines, from `def` to its last line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def found_in(paths: Iterable[Path], look: Callable[[str], Collection[str]]) -> dict[str, list[str]]:
    """What is found in each file, by its name, sorted; files where nothing is are left out. One
    test over a thousand files is told apart by its answer, and costs a thousandth of as many."""
    looked = ((shown(path), sorted(look(path.read_text()))) for path in paths)
    return {name: found for name, found in looked if found}


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
