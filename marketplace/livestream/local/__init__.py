"""What each machine keeps for itself: links it looked up, clicks that are not counted yet."""

from config import Settings
from marketplace.livestream.local.known import KnownLinks
from marketplace.livestream.local.spool import ClickSpool, click_home


def kept_here(settings: Settings) -> dict[str, object]:
    """Under the names by which the application knows them."""
    return {"links": KnownLinks(), "clicks": ClickSpool(click_home(settings))}
