"""A site of another origin that embeds the widget: pages of one script tag under a strict Content-Security-Policy."""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from support import Served

PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Halden Ferry Company</title>
</head>
<body>
  <main><h1>Halden Ferry Company</h1><p><a href="/timetable">Timetable</a></p></main>
  {tags}
</body>
</html>
"""
TAG = '<script src="{quoth}/widget.js" {attributes} defer></script>'
# Nothing but the script and its requests: no inline style or script, no markup made of text, no eval
POLICY = (
    "default-src 'none'; script-src {quoth}; connect-src {quoth} 'self'; require-trusted-types-for 'script'; "
    "base-uri 'none'; form-action 'none'"
)


class OtherOrigin:
    """An HTTP server on a free port. `quoth` is the address of the service that its pages name, set by the tests."""

    def __init__(self) -> None:
        site = self
        self.quoth = ""
        self.attributes = ""
        self.tags = 1
        self.post: Callable[[str], tuple[int, dict[str, Any]]] = lambda _: (404, {})

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = PAGE.format(tags=site.tags * TAG.format(quoth=site.quoth, attributes=site.attributes))
                policy = {"Content-Security-Policy": POLICY.format(quoth=site.quoth)}
                self._send(200, page.encode(), "text/html", policy)

            def do_POST(self) -> None:
                status, body = site.post(self.path)
                self._send(status, json.dumps(body).encode(), "application/json", {})

            def _send(self, status: int, body: bytes, media_type: str, headers: dict[str, str]) -> None:
                self.send_response(status)
                headers = {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing: pytest's output is for the tests."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Embedding:
    """A site of another origin, and the service that it embeds the widget of, which can be stopped and started."""

    def __init__(self, data: Path) -> None:
        self.site = OtherOrigin()
        self._data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]  # kept over a restart
        self.site.quoth = f"http://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        origins = json.dumps([self.site.url])
        self.served = Served(self._data, "--port", str(self._port), QUOTH_ORIGINS=origins)

    @property
    def client(self) -> httpx.Client:
        return self.served.client

    def stop(self) -> None:
        assert self.served.stop() == 0, self.served.log
