"""Many buyers at one instant, or within one second: one thread that waits for all of them."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Ask:
    """A request as it goes over the wire, written before the clock runs."""

    content: bytes


@dataclass(frozen=True)
class Answered:
    status: int
    wait_ms: float


def form_post(path: str, headers: dict[str, str], body: bytes) -> Ask:
    """A form that is sent on a connection of its own, as from so many browsers."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return Ask("\r\n".join([*lines, "", ""]).encode() + body)


def rush(port: int, asks: Sequence[Ask], over_s: float) -> list[Answered]:
    """Sends all of them evenly over so many seconds; how each was answered, in order."""
    return asyncio.run(_all(port, asks, over_s))


async def _all(port: int, asks: Sequence[Ask], over_s: float) -> list[Answered]:
    begin = time.perf_counter() + 0.2
    pause = over_s / len(asks)
    tasks = [_one(port, ask, begin + place * pause) for place, ask in enumerate(asks)]
    return list(await asyncio.gather(*tasks))


async def _one(port: int, ask: Ask, at: float) -> Answered:
    await asyncio.sleep(max(0.0, at - time.perf_counter()))
    # Counted from when the buyer pressed the button, also where we ourselves were late.
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ask.content)
    head = await reader.readline()
    await reader.read()
    wait_ms = 1000 * (time.perf_counter() - at)
    writer.close()
    return Answered(int(head.split()[1]), wait_ms)
