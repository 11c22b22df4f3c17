"""Files, functions and templates stay small enough to be read in one go."""

import ast

from tests.structure.house import ROOT, found_in, functions, python_files, shown, templates

LINES_PER_FILE = 300
LINES_PER_FUNCTION = 40
LINES_PER_TEMPLATE = 120


def too_long(text: str, most: int) -> list[str]:
    lines = len(text.splitlines())
    return [f"{lines} lines, at most {most}"] if lines > most else []


def faults(source: str) -> list[str]:
    tree = ast.parse(source)
    long = [name for name, lines in functions(tree) if lines > LINES_PER_FUNCTION]
    is_told = not source.strip() or ast.get_docstring(tree)
    return [*too_long(source, LINES_PER_FILE), *long, *([] if is_told else ["no docstring"])]


def test_modules_open_with_a_line_about_themselves_and_are_short():
    assert found_in(python_files(), faults) == {}


def test_templates_are_short():
    assert found_in(templates(), lambda text: too_long(text, LINES_PER_TEMPLATE)) == {}


def test_names_say_what_a_module_holds():
    vague = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert [shown(path) for path in python_files() if path.stem in vague] == []


def test_a_long_file_and_a_long_function_would_be_noticed():
    long = "def long():\n" + "    step()\n" * LINES_PER_FILE
    assert faults(long) == ["301 lines, at most 300", "long", "no docstring"]
    assert faults('"""Short."""\n') == []


def test_there_is_something_to_measure():
    assert ROOT / "marketplace" / "core" / "money.py" in python_files()
    assert templates()
