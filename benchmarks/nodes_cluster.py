"""The parts of several machines, each a process of its own on a port of this one."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import create_engine, text

ROOT = Path(__file__).resolve().parent.parent
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
READY_WITHIN_S = 60
STOP_WITHIN_S = 30
# Of nginx.conf: what a machine of this kind has elsewhere, and what a drill has no use for.
TLS = (
    *("ssl_", "listen 80", "listen 443 ssl http2 default_server", "return 301", "return 444"),
    *("server_name", "limit_"),
)
NEEDED = {"nginx": "nginx-light", "redis-server": "redis-server"}


def require_programs() -> None:
    """Raises SystemExit with the command that installs what is missing."""
    away = [package for program, package in NEEDED.items() if not find_program(program)]
    if away:
        raise SystemExit(f"Missing. Please run: sudo apt-get install -y {' '.join(away)}")


def find_program(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _start(command: Sequence[str], environ: Mapping[str, str], log: Path) -> "Part":
    with log.open("ab") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environ}, stdout=stream, stderr=stream,
            start_new_session=True,
        )  # fmt: skip
    return Part(process)


@dataclass
class Part:
    """A process with whatever it started."""

    process: "subprocess.Popen[bytes]"

    def signal(self, number: signal.Signals) -> None:
        """To the one that was started, or where it is killed to all of its group."""
        with suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)

    def stop(self) -> None:
        self.signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_WITHIN_S)
        self.signal(signal.SIGKILL)
        self.process.wait()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        with suppress(URLError, OSError), urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise SystemExit(f"{address} was not ready within {READY_WITHIN_S} s")


@dataclass
class Node:
    """An application machine: web processes and a worker, with a folder of their own."""

    port: int
    folder: Path
    environ: Mapping[str, str]
    parts: list[Part] = field(default_factory=list)

    def start(self) -> None:
        """Open once its own search index is there."""
        self.folder.mkdir(exist_ok=True)
        counts = self.folder / "counts"
        shutil.rmtree(counts, ignore_errors=True)
        counts.mkdir()
        own = {
            **self.environ,
            "INSTANCE": str(self.folder),
            "PROMETHEUS_MULTIPROC_DIR": str(counts),
        }
        log = self.folder / "log"
        subprocess.run(
            [*FLASK, "reindex"], cwd=ROOT, env={**os.environ, **own}, check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        web = [*gunicorn, "--bind", f"127.0.0.1:{self.port}", "wsgi:app"]
        self.parts = [_start(web, own, log), _start([*FLASK, "worker"], own, log)]
        wait_for(f"http://127.0.0.1:{self.port}/readyz")

    def kill(self) -> None:
        """As when the power goes."""
        for part in self.parts:
            part.signal(signal.SIGKILL)
            part.process.wait()

    def stop(self) -> None:
        """What is in flight is finished."""
        for part in self.parts:
            part.signal(signal.SIGTERM)
        for part in self.parts:
            part.stop()


@dataclass
class Cluster:
    """Everything that runs, and the door to it."""

    port: int
    folder: Path
    nodes: tuple[Node, Node]
    database_url: str
    others: list[Part] = field(default_factory=list)

    def start(self, redis_port: int) -> None:
        redis = [str(find_program("redis-server")), "--port", str(redis_port), "--save", "",
                 "--bind", "127.0.0.1"]  # fmt: skip
        self.others.append(_start(redis, {}, self.folder / "redis.log"))
        _wait_for_port(redis_port)
        for node in self.nodes:
            node.start()
        self.others.append(_start(self.nginx_command(), {}, self.folder / "nginx.log"))
        wait_for(f"http://127.0.0.1:{self.port}/healthz")

    def nginx_command(self) -> list[str]:
        """With deploy/nginx.conf, made fit for ports of this machine."""
        words = ["-p", str(self.folder), "-c", str(self._write_conf()), "-g", "daemon off;"]
        return [str(find_program("nginx")), *words]

    def _write_conf(self) -> Path:
        """deploy/nginx.conf as it is, but for names, ports and certificates."""
        nodes = self.folder / "nodes.conf"
        nodes.write_text(
            "".join(
                f"server 127.0.0.1:{one.port} max_fails=1 fail_timeout=2s;\n" for one in self.nodes
            )
        )
        said = (ROOT / "deploy" / "nginx.conf").read_text()
        kept = [line for line in said.splitlines() if not line.strip().startswith(TLS)]
        text = "\n".join(kept).replace("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};")
        text = text.replace("/etc/nginx/bangfu-nodes.conf", str(nodes))
        text = text.replace("/var/log/nginx/bangfu.log", str(self.folder / "access.log"))
        text = text.replace("/var/cache/nginx/bangfu", str(self.folder / "cache"))
        conf = self.folder / "nginx.conf"
        conf.write_text(
            f"pid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\n{text}\n"
        )
        return conf

    def migrate(self) -> None:
        """A migration that a later version might bring: a column that is empty, and a table."""
        engine = create_engine(self.database_url)
        with engine.begin() as connection:
            connection.execute(text('ALTER TABLE "order" ADD COLUMN drilled_on date'))
            connection.execute(text("CREATE TABLE drilled (id bigint primary key)"))
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        engine.dispose()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()
        for part in reversed(self.others):
            part.stop()


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"port {port} was not open within {READY_WITHIN_S} s")
