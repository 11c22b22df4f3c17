"""The processes of a marketplace: web and worker, which are killed and start without a hand."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

ROOT = Path(__file__).parents[2]
TARGET = "tests.storm.serving:app"
READY_WITHIN_S = 60
STOP_WITHIN_S = 40
WITHOUT_END = resource.RLIM_INFINITY


class NotReady(Exception):
    """What was started did not come up by itself."""


class Part:
    """A process with whatever it started. What it says goes through us into a file, so that a full
    disk of its own does not keep it from speaking."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._listener = Thread(target=self._listen, args=(log,), daemon=True)
        self._listener.start()

    def _listen(self, log: Path) -> None:
        assert self.process.stdout is not None
        with log.open("ab") as kept:
            for line in self.process.stdout:
                kept.write(line)
                kept.flush()

    @property
    def children(self) -> list[int]:
        pid = self.process.pid
        with suppress(OSError):
            return [
                int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            ]
        return []

    def kill(self) -> None:
        """As when the power goes: all of it, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._bury()

    def stop(self) -> int:
        """Asks it to go home; its status, or that of a kill where it stays too long."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_WITHIN_S)
        self.kill()
        return self.process.returncode

    def _bury(self) -> None:
        self.process.wait()
        self._listener.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def limit_files(self, most_bytes: int) -> None:
        """No file grows beyond this any more: what a full disk is to whoever writes."""
        for pid in (self.process.pid, *self.children):
            with suppress(ProcessLookupError):
                _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, hard))


class Machine:
    """Two web workers under gunicorn, and a worker for jobs."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder, self.port = folder, _free_port()
        # Nothing here is written to a disk of this machine that others wait for.
        self.environ = {**environ, "WEB_CONCURRENCY": "2", "INSTANCE": str(folder / "instance")}
        self.web: Part | None = None
        self.jobs: Part | None = None

    def start(self) -> None:
        self.start_web()
        self.start_jobs()

    def start_web(self) -> None:
        gunicorn = (sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py")
        command = (*gunicorn, "--bind", f"127.0.0.1:{self.port}", TARGET)
        self.web = Part(command, self.environ, self.folder / "web.log")
        self._wait()

    def start_jobs(self) -> None:
        command = (sys.executable, "-m", "flask", "--app", TARGET, "worker")
        self.jobs = Part(command, self.environ, self.folder / "jobs.log")

    def _wait(self) -> None:
        deadline, rest = time.monotonic() + READY_WITHIN_S, Event()
        while time.monotonic() < deadline:
            if self._answers():
                return
            rest.wait(0.05)
        raise NotReady(self.folder.joinpath("web.log").read_text()[-2000:])

    def _answers(self) -> bool:
        return self._look("/healthz")[0] == 200

    def readiness(self) -> tuple[int, str]:
        """200 when every part is there: database, index, worker; and which are."""
        return self._look("/readyz")

    def _look(self, path: str) -> tuple[int, str]:
        door = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            door.request("GET", path)
            with door.getresponse() as answer:
                return answer.status, answer.read().decode()
        except (OSError, HTTPException) as trouble:
            return 0, repr(trouble)
        finally:
            door.close()

    @property
    def parts(self) -> list[Part]:
        return [part for part in (self.web, self.jobs) if part is not None]

    def stop(self) -> list[int]:
        """Asks all to go home; their statuses."""
        statuses = [part.stop() for part in self.parts]
        self.web = self.jobs = None
        return statuses

    def has_read(self, client_port: int) -> bool:
        """Whether a request from that port of this machine was taken in by a web worker."""
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _place, local, remote, _state, queues, *_ = line.split()
            if (_port_of(local), _port_of(remote)) == (self.port, client_port):
                return int(queues.partition(":")[2], 16) == 0
        return False


def _port_of(address: str) -> int:
    return int(address.rpartition(":")[2], 16)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
