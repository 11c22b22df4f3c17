"""The engines, and the choice between them."""

from importlib.util import find_spec

from marketplace.search.index import Engine


def choose_engine(wanted: str) -> Engine:
    """The engine of that name; `auto` is Tantivy where its wheel is installed, else Whoosh."""
    if wanted == "tantivy" or (wanted == "auto" and find_spec("tantivy") is not None):
        from marketplace.search.engines.tantivy import TantivyEngine

        return TantivyEngine()
    from marketplace.search.engines.whoosh import WhooshEngine

    return WhooshEngine()
