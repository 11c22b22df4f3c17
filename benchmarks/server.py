"""Gunicorn under measurement: started, watched through /proc, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
GUNICORN = ROOT / "deploy" / "gunicorn.conf.py"
# clock_getcpuclockid(3): the clock that counts what the scheduler gave.
CPU_CLOCK = 2
READY_WITHIN_S = 60
WORKERS, SETTLED_S = 2, 0.5


class Server:
    """One gunicorn with its workers, on a port of this machine."""

    def __init__(
        self, target: str, port: int, environ: Mapping[str, str], *, probe: str, log: Path
    ) -> None:
        self.target = target
        self.port = port
        self.environ = {**os.environ, **environ, "WEB_CONCURRENCY": str(WORKERS)}
        self.probe = probe
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        # From its start to its first answer, and what a worker takes then.
        self.ready_s, self.fresh_kib = 0.0, (0, 0)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Server":
        # Another server there would be measured in our place, and its processor time not found.
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", self.port)) == 0:
                raise SystemExit(f"port {self.port} is taken: choose another with --port")
        command = [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN)]
        # What it logs costs it time as in real life, but is nothing for our table.
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{self.port}", self.target],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        began_s = time.monotonic()
        try:
            self._wait()
            self.ready_s = time.monotonic() - began_s
            self._wait_for_all()
            self.fresh_kib = self.memory_kib()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while True:
            assert self.process is not None
            if self.process.poll() is not None:
                said = self.log.read_text()[-2000:]
                raise SystemExit(f"{self.target} ended:\n{said}")
            with suppress(URLError, OSError), urlopen(f"{self.address}{self.probe}", timeout=2):
                return
            if time.monotonic() > deadline:
                raise SystemExit(f"{self.target} did not answer within {READY_WITHIN_S} s")
            time.sleep(0.02)

    def _wait_for_all(self) -> None:
        """What workers share counts for each in part only when all of them are there."""
        deadline = time.monotonic() + READY_WITHIN_S
        while len(self.pids) <= WORKERS:
            if time.monotonic() > deadline:
                raise SystemExit(f"{self.target} has fewer than {WORKERS} workers")
            time.sleep(0.02)
        time.sleep(SETTLED_S)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    @property
    def pids(self) -> list[int]:
        """The master and its workers."""
        assert self.process is not None
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [master, *map(int, children)]

    def cpu_s(self) -> float:
        """Processor time that all processes of the server have used so far."""
        return sum(map(cpu_s_of, self.pids))

    def memory_kib(self) -> tuple[int, int]:
        """(RSS, PSS) of the largest worker, in KiB; PSS divides what workers share."""
        sizes = [memory_kib_of(pid) for pid in self.pids[1:]]
        return max(rss for rss, _ in sizes), max(pss for _, pss in sizes)


def cpu_s_of(pid: int) -> float:
    """Processor time of another process, all its threads included, to the nanosecond: /proc tells
    it in hundredths of a second only. The clock's number is made as Linux makes it."""
    return time.clock_gettime(~pid << 3 | CPU_CLOCK)


def memory_kib_of(pid: int) -> tuple[int, int]:
    """(RSS, PSS) of a process, in KiB."""
    sizes = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, value = line.partition(":")
        sizes[name] = int(value.split()[0])
    return sizes["Rss"], sizes["Pss"]
