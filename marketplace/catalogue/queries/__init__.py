"""Reads of the catalogue."""

from marketplace.catalogue.queries.variants import VariantFacts, variants_for

__all__ = ["VariantFacts", "variants_for"]
