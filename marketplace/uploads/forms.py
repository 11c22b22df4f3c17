"""Files as a form hands them in."""

from collections.abc import Iterable

from flask import current_app
from werkzeug.datastructures import FileStorage

from marketplace.uploads.rules import GivenFile


def read_file(field: str, file: FileStorage | None) -> GivenFile | None:
    """The file that was chosen, or None: a form without a file sends one without a name. Raises
    InvalidInput where the shop's scanner finds something in it, ScannerAway."""
    if file is None or not file.filename:
        return None
    # Large ones lie in a temporary file, which is given back at once.
    with file.stream:
        content = file.read()
    current_app.extensions["scanner"].look(field, content)
    return GivenFile(field, file.filename, content)


def read_files(field: str, files: Iterable[FileStorage]) -> tuple[GivenFile, ...]:
    """All files that were chosen."""
    given = (read_file(field, file) for file in files)
    return tuple(file for file in given if file is not None)
