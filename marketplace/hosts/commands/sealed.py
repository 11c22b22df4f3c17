"""What of hosts stands sealed, for when the key changes."""

from sqlalchemy import select

from marketplace.core.resealing import Sealed
from marketplace.hosts.models import HostApplication
from marketplace.uploads.commands import sealed_among

SEALED = Sealed(
    HostApplication.id,
    (
        HostApplication.real_name_sealed,
        HostApplication.identity_sealed,
        HostApplication.phone_sealed,
    ),
)
PHOTOGRAPHS = sealed_among(
    select(HostApplication.upload_id).where(HostApplication.upload_id.is_not(None))
)
