"""The service in the tests' process: what a server answers, without a server, for rules of HTTP."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from fastapi.testclient import TestClient

from qa.assembly import Engine
from qa.reading.reader import Reader
from qa.service.app import create_app
from qa.service.work.services import Services
from qa.settings import load_settings


class InProcess:
    """The whole app over a data folder, and a client of it on this machine; models are loaded when they are needed."""

    def __init__(self, data: Path, reader: Reader, **settings: Any) -> None:
        self.data = data
        engine = Engine(load_settings(data=data, deadline_seconds=600, **settings), writing=True, reader=reader)
        self.app = create_app(engine)
        self.app.state.services = Services.over(engine, self.app.metrics)
        self.client = TestClient(
            self._from_raw_paths, "http://127.0.0.1:8000", raise_server_exceptions=False, client=("127.0.0.1", 50_000)
        )

    async def _from_raw_paths(self, scope: Any, receive: Any, send: Any) -> None:
        """As servers decode paths: once."""
        await self.app({**scope, "path": unquote(scope["raw_path"].decode())}, receive, send)

    def close(self) -> None:
        """Finish what was let in, and close the store."""
        self.client.close()
        self.app.state.services.close()
