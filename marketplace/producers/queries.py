"""Reads of producers and their workshops."""

from sqlalchemy import select

from marketplace.producers.models import Producer

# For packages above that join names to their own rows instead of asking once more for them.
PRODUCER_NAMES = select(Producer.id, Producer.name).subquery("producer_names")
