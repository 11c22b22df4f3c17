"""The least that Flask can cost here: a constant page of so many bytes, a bare redirect."""

from functools import cache

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue

app = Flask("ceiling")


@cache
def _page(size: int) -> bytes:
    return b"x" * size


@app.get("/<int:size>")
def constant(size: int) -> bytes:
    return _page(size)


@app.get("/to/<int:size>")
def elsewhere(size: int) -> ResponseReturnValue:
    return redirect(url_for("constant", size=size))
