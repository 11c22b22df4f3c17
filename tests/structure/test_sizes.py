"""Files, functions and templates stay small enough to be read in one go."""

import ast
from pathlib import Path

import pytest

from tests.structure.house import ROOT, functions, python_files, shown, templates

LINES_PER_FILE = 300
LINES_PER_FUNCTION = 40
LINES_PER_TEMPLATE = 120


def too_long(path: Path, most: int) -> list[str]:
    lines = len(path.read_text().splitlines())
    return [f"{path.name}: {lines} lines, at most {most}"] if lines > most else []


def long_functions(source: str) -> list[str]:
    return [name for name, lines in functions(source) if lines > LINES_PER_FUNCTION]


@pytest.mark.parametrize("path", python_files(), ids=shown)
def test_a_module_opens_with_a_line_about_itself_and_is_short(path):
    source = path.read_text()
    assert too_long(path, LINES_PER_FILE) == []
    assert long_functions(source) == []
    assert not source.strip() or ast.get_docstring(ast.parse(source)), "its docstring is missing"


@pytest.mark.parametrize("path", templates(), ids=shown)
def test_a_template_is_short(path):
    assert too_long(path, LINES_PER_TEMPLATE) == []


def test_names_say_what_a_module_holds():
    vague = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [shown(path) for path in python_files() if path.stem in vague] == []


def test_a_long_file_and_a_long_function_would_be_noticed(tmp_path):
    path = tmp_path / "long.py"
    path.write_text("def long():\n" + "    step()\n" * LINES_PER_FILE)
    assert too_long(path, LINES_PER_FILE) == ["long.py: 301 lines, at most 300"]
    assert long_functions(path.read_text()) == ["long"]


def test_there_is_something_to_measure():
    assert ROOT / "marketplace" / "core" / "money.py" in python_files()
    assert templates()
