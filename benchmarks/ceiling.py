"""The least that Flask can cost here: a constant page of so many bytes."""

from functools import cache

from flask import Flask

app = Flask("ceiling")


@cache
def _page(size: int) -> bytes:
    return b"x" * size


@app.get("/<int:size>")
def constant(size: int) -> bytes:
    return _page(size)
