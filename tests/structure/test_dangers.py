"""Nothing that comes in is run, unpacked into objects, or read as something that runs."""

import ast
from collections.abc import Iterator

from tests.structure.house import ROOT, found_in

TOP = [ROOT / name for name in ("config.py", "encryption.py", "wsgi.py")]
MODULES = sorted([*TOP, *(ROOT / "marketplace").rglob("*.py")])
# What starts programs, evaluates, unpacks objects, or reads XML with all that it declares.
FORBIDDEN_IMPORTS = {
    "subprocess",
    "marshal",
    "shelve",
    "xml",
    "lxml",
    "yaml",
    "ctypes",
    "telnetlib",
}
FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "pickle.load",
    "pickle.loads",
    "pickle.Unpickler",
    "render_template_string",
    "flask.render_template_string",
    "md5",
    "hashlib.md5",
}
# Looked at one by one: what is there, and why it is none.
LOOKED_AT = {
    # pg_dump and psql for backups, from the terminal, without a shell and with words of ours.
    "marketplace/cli/copies.py": {"subprocess"},
    # The pattern is one of a table.
    "marketplace/documents/rules/kinds.py": {"re.fullmatch of words"},
    # A mark of random hexadecimal digits, and a list of names of programs.
    "marketplace/web/pieces.py": {"re.compile of words"},
    "marketplace/livestream/rules/visits.py": {"re.compile of words"},
}
PATTERNS = {"re.compile", "re.match", "re.search", "re.fullmatch", "re.sub", "re.split"}


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield _dotted(node.func), node


def dangers(source: str) -> set[str]:
    tree = ast.parse(source)
    found = set(imports(tree)) & FORBIDDEN_IMPORTS
    for name, call in calls(tree):
        if name in FORBIDDEN_CALLS:
            found.add(name)
        # A pattern is a literal, or made of our own names in capitals; never of somebody's words.
        if name in PATTERNS and not _is_ours(call.args[0]):
            found.add(f"{name} of words")
        if any(one.arg == "shell" for one in call.keywords):
            found.add("shell")
    return found


def _is_ours(pattern: ast.expr) -> bool:
    if isinstance(pattern, ast.JoinedStr):
        parts = [one.value for one in pattern.values if isinstance(one, ast.FormattedValue)]
        return all(isinstance(one, ast.Name) and one.id.isupper() for one in parts)
    if isinstance(pattern, ast.Call):
        return _dotted(pattern.func) == "re.escape"
    if isinstance(pattern, ast.BinOp):
        return _is_ours(pattern.left) and _is_ours(pattern.right)
    return isinstance(pattern, ast.Constant) or (
        isinstance(pattern, ast.Name) and pattern.id.isupper()
    )


def test_modules_run_nothing_that_came_in() -> None:
    assert found_in(MODULES, dangers) == {name: sorted(what) for name, what in LOOKED_AT.items()}


def test_dangers_would_be_noticed() -> None:
    assert dangers("import subprocess") == {"subprocess"}
    assert dangers("from xml.etree import ElementTree") == {"xml"}
    assert dangers("eval(words)") == {"eval"}
    assert dangers("import pickle\npickle.loads(content)") == {"pickle.loads"}
    assert dangers("re.search(words, text)") == {"re.search of words"}
    assert dangers("re.search(re.escape(words), text)") == set()
    assert dangers('re.compile(f"<!--{_MARK}-->")') == set()
    assert dangers("re.compile(f'{typed}')") == {"re.compile of words"}
    assert dangers("hashlib.md5(content)") == {"hashlib.md5"}
