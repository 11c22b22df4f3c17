"""The card that a code on a parcel leads to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from marketplace.attribution.queries import sums_of_batch
from marketplace.catalogue.queries import TracedBatch, get_traced_batch
from marketplace.catalogue.queries.batches import ReportRow, list_reports
from marketplace.catalogue.queries.certified import CertifiedRow, certificates_of
from marketplace.core.errors import NotFound
from marketplace.geography.queries import places_of
from marketplace.uploads.queries import KeptFile, get_upload


@dataclass(frozen=True)
class Brought:
    """What the sales of a batch brought one village."""

    village_code: str
    village_name: str
    township_name: str
    amount_fen: int


@dataclass(frozen=True)
class TraceCard:
    """A batch with its papers, and what it brought."""

    traced: TracedBatch
    certificates: Sequence[CertifiedRow]
    reports: Sequence[ReportRow]
    brought: Sequence[Brought]

    @property
    def brought_fen(self) -> int:
        return sum(one.amount_fen for one in self.brought)


def get_trace_card(session: Session, code: str, today: date) -> TraceCard:
    """Everything about the batch of a code, in six queries. Raises NotFound."""
    traced = get_traced_batch(session, code, today)
    made = traced.batch.produced_on
    certificates = [
        one
        for one in certificates_of(session, traced.product_id)
        if one.valid_until >= made and one.valid_from <= today
    ]
    sums = sums_of_batch(session, traced.batch.id)
    places = places_of(session, [village for village, _amount_fen in sums])
    brought = [
        Brought(village, places[village].name, places[village].township_name, amount_fen)
        for village, amount_fen in sums
    ]
    return TraceCard(traced, certificates, list_reports(session, traced.batch.id), brought)


def get_report(session: Session, code: str, upload_id: int, today: date) -> KeptFile:
    """A test report of a batch. Raises NotFound for any other file."""
    traced = get_traced_batch(session, code, today)
    if upload_id not in {one.upload_id for one in list_reports(session, traced.batch.id)}:
        raise NotFound
    return get_upload(session, upload_id)
