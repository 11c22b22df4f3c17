"""The legal persons of producers as they applied, for whoever compares them with others."""

from sqlalchemy import select

from marketplace.entering.models import EntryApplication

LEGAL_PERSONS = (
    select(EntryApplication.producer_id, EntryApplication.legal_name)
    .where(EntryApplication.producer_id.is_not(None), EntryApplication.legal_name != "")
    .subquery("legal_persons")
)
