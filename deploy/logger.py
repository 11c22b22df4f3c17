"""What gunicorn says, in lines like ours: JSON, without addresses that somebody asked for."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from marketplace.web.lines import PlainLines


class PlainLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own, but for how its lines are written."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PlainLines())
