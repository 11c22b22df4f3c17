"""Starts the marketplace on this machine and stops all of it again: what `make run` does."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
GUNICORN = Path(__file__).with_name("gunicorn.conf.py")
PR_SET_PDEATHSIG = 1
READY_WITHIN_S = 60
STOP_WITHIN_S = 15


class Stopped(Exception):
    """Someone asked us to stop."""


class Ended(Exception):
    """A part ended by itself, so the rest cannot go on."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(f"{name} ended by itself with status {status}; stopping everything.")
        # A part killed by a signal has a negative status, which no program can exit with.
        self.status = status if status > 0 else 128 - status


class Parts:
    """The processes we started, each in a group of its own so that we alone stop them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.running: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str, command: Sequence[str], *, stdout: int | None = None) -> None:
        self.running[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environ,
            stdout=stdout,
            text=True,
            start_new_session=True,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  (this program has one thread)
        )

    def check(self) -> None:
        """Raises Ended when one of them is gone."""
        for name, part in self.running.items():
            if part.poll() is not None:
                raise Ended(name, part.returncode)

    def finish(self, name: str) -> str:
        """Waits for a part that ends by itself, and returns what it said."""
        part = self.running[name]
        said, _ = part.communicate()
        del self.running[name]
        if part.returncode:
            raise Ended(name, part.returncode)
        return said or ""

    def stop(self) -> None:
        """Asks all to stop; those who do not within the time given are killed."""
        for part in self.running.values():
            _signal(part, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        for part in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                part.wait(max(0.1, deadline - time.monotonic()))
            # What the part itself started is in its group, and must not outlive it.
            _signal(part, signal.SIGKILL, group=True)
            part.wait()


def _signal(part: "subprocess.Popen[str]", number: signal.Signals, *, group: bool = False) -> None:
    with suppress(ProcessLookupError):
        (os.killpg if group else os.kill)(part.pid, number)


def _die_with_parent() -> Callable[[], object]:
    """Asks Linux to stop a part should we be killed without a chance to do so."""
    if sys.platform != "linux":
        return lambda: None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _is_ready(address: str) -> bool:
    try:
        with urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310  (our own address)
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _wait_until_ready(parts: Parts, address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not _is_ready(address):
        parts.check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{address}/readyz did not answer within {READY_WITHIN_S} s.")
        time.sleep(0.1)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def _listen() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)


def _deafen() -> None:
    """A second Ctrl-C must not interrupt the stopping and leave half of it behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def serve(parts: Parts, port: int) -> None:
    """Prepares the database, starts web and worker, and stays until one of them ends."""
    address = f"http://127.0.0.1:{port}"
    parts.start("prepare", [*FLASK, "prepare"])
    parts.finish("prepare")
    gunicorn = (sys.executable, "-m", "gunicorn", "--config", str(GUNICORN))
    parts.start("web", [*gunicorn, "--bind", f"127.0.0.1:{port}", "wsgi:app"])
    parts.start("worker", [*FLASK, "worker"])
    parts.start("logins", [*FLASK, "logins"], stdout=subprocess.PIPE)
    logins = parts.finish("logins")
    _wait_until_ready(parts, address)
    print(f"\n{logins.rstrip()}\n\n  帮扶集 is open: {address}\n  Ctrl-C stops it.\n", flush=True)
    while True:
        parts.check()
        time.sleep(0.25)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args(arguments).port
    if _is_taken(port):
        print(f"Port {port} is taken. Choose another: make run PORT={port + 1}", file=sys.stderr)
        return 1
    address = f"http://127.0.0.1:{port}"
    # Web processes and worker count into one folder, so that any of them can tell for all.
    counts = TemporaryDirectory(prefix="market-counts-")
    given = {"PUBLIC_URL": address, "PROMETHEUS_MULTIPROC_DIR": counts.name, **os.environ}
    parts = Parts({**given, "PYTHONUNBUFFERED": "1"})
    _listen()
    try:
        serve(parts, port)
    except Stopped:
        print("\nStopping …", flush=True)
        return 0
    except (Ended, TimeoutError) as trouble:
        print(trouble, file=sys.stderr)
        return trouble.status if isinstance(trouble, Ended) else 1
    finally:
        _deafen()
        parts.stop()
        counts.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main())
