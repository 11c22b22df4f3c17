"""How gunicorn serves the marketplace."""

import gc
import os
import sys
from pathlib import Path

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

# From wherever it is started: the worker below is found beside this file.
sys.path.append(str(Path(__file__).resolve().parents[1]))
from encryption import is_here

# gthread, and a shortcut for viewers of boards.
worker_class = "deploy.viewers.ViewersWorker"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
# `make run` gives a request ten seconds to end, and then stops everything.
drain_s = int(os.environ.get("DRAIN_SECONDS") or 0)
graceful_timeout = 10 + drain_s
keepalive = 5
# Heartbeats are files; on a disk they could block a worker for the length of a slow write.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = None
loglevel = "warning"
# What gunicorn itself says: one JSON object a line as well, and no address that was asked for.
if os.environ.get("PRODUCTION") == "1":
    logger_class = "deploy.logger.PlainLogger"


# Read once, in the process that starts the workers: they share its memory, and one that is
# started anew answers at once. New code needs a new start, not a HUP.
preload_app = True


def on_starting(server: Arbiter) -> None:
    """In production nobody on a network is answered in the clear: what is not on this machine
    alone has a certificate."""
    open_doors = [one for one in server.cfg.address if not isinstance(one, str)]
    is_elsewhere = any(not is_here(host) for host, _port in open_doors)
    if os.environ.get("PRODUCTION") == "1" and is_elsewhere and not server.cfg.is_ssl:
        sys.exit(
            "--bind: answers other machines in the clear. Bind to 127.0.0.1 or unix:… where nginx "
            "is on this machine, else add --certfile and --keyfile: "
            "deploy/systemd/other-machine.conf"
        )


def when_ready(server: Arbiter) -> None:
    """Before there are workers: what all of them read, which then is theirs to share. Nothing here
    opens a connection, a file that is written, or a thread: those do not survive a fork."""
    from marketplace.search.local.copy import read_dictionaries

    # As in wsgi.py: this stays too.
    gc.disable()
    if server.app.wsgi().extensions.get("search") is not None:
        read_dictionaries()
    gc.freeze()
    gc.enable()


def post_worker_init(worker: Worker) -> None:
    """Before a worker takes its first request it reads what it would read then."""
    copy = worker.app.wsgi().extensions.get("search")
    if copy is not None:
        copy.warm_up()
