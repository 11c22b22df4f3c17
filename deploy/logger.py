"""What gunicorn says, in lines like ours: JSON, without addresses that somebody asked for."""

from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from marketplace.web.lines import PlainLines


class PlainLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own, but for how its lines are written."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(PlainLines())

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Of requests that are none, gunicorn says who sent them and quotes what they hold."""
        super().warning(str(msg).partition(" from ip=")[0], *args, **kwargs)
