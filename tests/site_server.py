"""A web site on the loopback, whose pages a test makes and changes, and which notes what it was asked for."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

HTML = "text/html; charset=utf-8"
NOT_THERE = 404


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def html(title: str, words: str, *links: str, head: str = "") -> Answer:
    """A page with an ETag of its own."""
    listed = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    text = f"<title>{title}</title>{head}<main><h1>{title}</h1><p>{words}</p></main><footer><ul>{listed}</ul></footer>"
    body = f"<!doctype html><html>{text}</html>".encode()
    return Answer(body, headers={"Content-Type": HTML, "ETag": f'"{sha256(body).hexdigest()[:16]}"'})


def moved(to: str, status: int = 301) -> Answer:
    return Answer(b"", status, {"Location": to})


Page = Answer | Callable[[str], Answer]


class SiteServer:
    """Serves `pages` (path with query → answer); `asked` are the requests, with what became of them."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.otherwise: Callable[[str], Answer] = lambda _: Answer(b"Not there.", NOT_THERE)
        self.asked: list[tuple[str, int]] = []
        self.agents: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def paths(self) -> list[str]:
        """What was asked for since the last time, in order."""
        asked, self.asked = [path for path, _ in self.asked], []
        return asked

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                page = site.pages.get(self.path, site.otherwise)
                answer = page if isinstance(page, Answer) else page(self.path)
                status, body = answer.status, answer.body
                etag = answer.headers.get("ETag")
                if status == 200 and etag and self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                site.asked.append((self.path, status))
                site.agents.add(self.headers.get("User-Agent", ""))
                packed = "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 1000
                if packed and "Content-Encoding" not in answer.headers:
                    body = gzip.compress(body, 1)
                    answer = Answer(body, status, {**answer.headers, "Content-Encoding": "gzip"})
                self.send_response(status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        return Handler
