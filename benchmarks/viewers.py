"""Viewers of a board, each on a kept connection of its own: `python -m benchmarks.viewers`.

A process beside the one that places orders, so that neither waits for the other.
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field

_MARK = re.compile(rb"\r\netag: ([^\r]+)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_ORDERS = re.compile(rb'"orders":(\d+)')
# What a phone sends with such a question.
HEADERS = (
    b"Host: 127.0.0.1\r\nUser-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)\r\n"
    b"Accept: */*\r\nAccept-Language: zh-CN\r\nAccept-Encoding: gzip\r\n"
)


@dataclass
class Seen:
    """What all of them saw: how long answers took, and who knew of how many orders when."""

    waits_ms: list[float] = field(default_factory=list)
    whole: int = 0
    most_bytes: int = 0
    # Viewer, orders, second.
    news: list[tuple[int, int, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Show:
    """What is watched, how often, and until when."""

    port: int
    path: str
    every_s: float
    over: asyncio.Event


async def _watch(number: int, show: Show, begin: float, seen: Seen) -> None:
    await asyncio.sleep(max(0.0, begin - time.time()))
    reader, writer = await asyncio.open_connection("127.0.0.1", show.port)
    question, mark = f"GET {show.path} HTTP/1.1\r\n".encode() + HEADERS, b""
    turn = begin
    while not show.over.is_set():
        asked = time.perf_counter()
        known = b"If-None-Match: " + mark + b"\r\n" if mark else b""
        writer.write(question + known + b"\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 200"):
            mark = await _read(number, reader, head, seen)
        elif not head.startswith(b"HTTP/1.1 304"):
            raise SystemExit(head.decode())
        seen.waits_ms.append(1000 * (time.perf_counter() - asked))
        turn += show.every_s
        await asyncio.sleep(max(0.0, turn - time.time()))
    writer.close()


async def _read(number: int, reader: asyncio.StreamReader, head: bytes, seen: Seen) -> bytes:
    length, mark = _LENGTH.search(head), _MARK.search(head)
    assert length is not None, head
    assert mark is not None, head
    body = await reader.readexactly(int(length[1]))
    orders = _ORDERS.search(body)
    assert orders is not None, body
    seen.whole += 1
    seen.most_bytes = max(seen.most_bytes, len(head) + len(body))
    seen.news.append((number, int(orders[1]), time.time()))
    return mark[1]


async def watch(port: int, path: str, viewers: int, every_s: float) -> Seen:
    """So many viewers, spread evenly over the time between two questions, until our input ends."""
    seen, begin = Seen(), time.time() + 0.5
    show = Show(port, path, every_s, asyncio.Event())
    starts = (begin + number * every_s / viewers for number in range(viewers))
    watching = asyncio.gather(
        *(_watch(number, show, start, seen) for number, start in enumerate(starts))
    )
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    show.over.set()
    await watching
    return seen


if __name__ == "__main__":
    port, path, viewers, every_s = sys.argv[1:]
    print(json.dumps(asdict(asyncio.run(watch(int(port), path, int(viewers), float(every_s))))))
