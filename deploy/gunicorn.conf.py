"""How gunicorn serves the marketplace."""

import os
import sys
from pathlib import Path

from gunicorn.workers.base import Worker

# From wherever it is started: the worker below is found beside this file.
sys.path.append(str(Path(__file__).resolve().parents[1]))
# gthread, and a shortcut for viewers of boards.
worker_class = "deploy.viewers.ViewersWorker"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
timeout = 60
# `make run` gives a request ten seconds to end, and then stops everything.
graceful_timeout = 10
keepalive = 5
# Heartbeats are files; on a disk they could block a worker for the length of a slow write.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = None
loglevel = "warning"


def post_worker_init(worker: Worker) -> None:
    """Before a worker takes its first request it reads what it would read then."""
    copy = worker.app.wsgi().extensions.get("search")
    if copy is not None:
        copy.warm_up()
