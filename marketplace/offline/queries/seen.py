"""Photographs of offline purchases, for whoever compares them with others."""

from sqlalchemy import select

from marketplace.offline.models import OfflinePaper, OfflinePurchase

OFFLINE_PHOTOS = (
    select(
        OfflinePurchase.id.label("offline_id"),
        OfflinePurchase.unit_id,
        OfflinePurchase.producer_id,
        OfflinePaper.upload_id,
    )
    .join(OfflinePurchase, OfflinePurchase.id == OfflinePaper.offline_id)
    .where(OfflinePaper.kind == "PHOTOGRAPH")
    .subquery("offline_photos")
)
