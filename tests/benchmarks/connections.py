"""Connections that are idle or slow, held open to a real server of this machine while others ask.

    python tests/benchmarks/connections.py > connections.json           2,000 idle and 200 slow ones, for half a minute
    python tests/benchmarks/connections.py --descriptors 1024           of a server that may open so many

The slow ones send a byte a second, half of them of a head and half of a body. Told is how questions and `/healthz` fare
meanwhile, over connections of their own, what the server held, how busy it was, and how much it logged.
"""

import argparse
import resource
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
from common import ROOT, milliseconds, report

sys.path.append(str(ROOT / "tests"))

from support import Served

HEAD = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


def main() -> None:
    """Serve a document, hold the connections, ask, report; the exit status is 1 where a question wasn't answered."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--idle", type=int, default=2_000)
    parser.add_argument("--slow", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--descriptors", type=int, default=4096, help="that the server may open")
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (options.descriptors, hard))
    with tempfile.TemporaryDirectory(prefix="quoth-connections-") as folder:
        served = Served(Path(folder))
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, options.idle + options.slow + 500), hard))
        try:
            served.client.put("/v1/documents/a", json={"text": "The ferry to Orm sails at noon."}).raise_for_status()
            told = held(served, options)
        finally:
            status = served.stop()
    report({"options": vars(options), **told, "exit_status": status})
    sys.exit(1 if status or set(told["questions"]["statuses"]) != {"200"} else 0)


def held(served: Served, options: argparse.Namespace) -> dict:
    """What is told of the time in which the connections are held."""
    address = (served.client.base_url.host, served.client.base_url.port)
    lines, busy = len(served.log.splitlines()), processor_seconds(served)
    taken: dict[str, list[float]] = {"questions": [], "healthz": []}
    statuses: dict[str, Counter[str]] = {"questions": Counter(), "healthz": Counter()}
    with ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(address, timeout=60)) for _ in range(options.idle)]
        slow = [stack.enter_context(socket.create_connection(address, timeout=60)) for _ in range(options.slow)]
        for number, each in enumerate(slow):
            send(each, HEAD if number % 2 else HEAD + b"Content-Length: 1000\r\n\r\n")
        began, descriptors = time.monotonic(), 0
        while time.monotonic() - began < options.seconds:
            for each in slow:
                send(each, b"x")
            for name, request in (("healthz", ("GET", "/healthz")), ("questions", ("POST", "/v1/ask"))):
                asked = time.monotonic()
                statuses[name][status_of(served, *request)] += 1
                taken[name].append(time.monotonic() - asked)
            descriptors = max(descriptors, len(list(Path(f"/proc/{served.process.pid}/fd").iterdir())))
            time.sleep(1)
        still = {"idle": sum(map(is_open, idle)), "slow": sum(map(is_open, slow))}
    return {
        **{name: {"statuses": dict(statuses[name]), **milliseconds(taken[name])} for name in taken},
        "descriptors_most": descriptors,
        "still_open": still,
        "processor_seconds": round(processor_seconds(served) - busy, 1),
        "log_lines_besides_requests": len(served.log.splitlines()) - lines - 2 * len(taken["healthz"]),
    }


def status_of(served: Served, method: str, path: str) -> str:
    """Of a request over a connection of its own."""
    question = {"question": "When does the ferry to Orm sail?"} if method == "POST" else None
    try:
        return str(httpx.request(method, served.client.base_url.join(path), json=question, timeout=60).status_code)
    except httpx.TransportError as error:
        return type(error).__name__


def send(connection: socket.socket, data: bytes) -> None:
    """Unless it is closed."""
    with suppress(OSError):
        connection.sendall(data)


def is_open(connection: socket.socket) -> bool:
    """Whether the server has kept it."""
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def processor_seconds(served: Served) -> float:
    """That the server has used so far."""
    ticks = Path(f"/proc/{served.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / 100


if __name__ == "__main__":
    main()
