"""Whatever the process that parses an upload may answer, whoever brought it is told in a problem, and nobody else is."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from parsing_enemies import BROKEN, WRONG
from support import problem

from index.parsing import child
from index.parsing.process import process_with
from qa.assembly import Engine
from qa.service.app import create_app
from qa.service.work.services import Services
from qa.settings import load_settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The app over an empty index, whose parsing is in the hands of an enemy."""
    engine = Engine(load_settings(data=tmp_path_factory.mktemp("enemies"), parse_seconds=3), writing=True)
    app = create_app(engine)
    app.state.services = Services.over(engine, app.metrics)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "PROGRAM", "parsing_enemies")
        yield app
    app.state.services.close()
    process_with(engine.settings.parse_limits).close()


def upload(app: FastAPI, name: str) -> httpx.Response:
    async def main() -> httpx.Response:
        there = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=there, base_url="http://127.0.0.1:8000") as client:
            return await client.post("/v1/documents", files={"file": (name, b"%PDF-", "application/pdf")})

    return asyncio.run(main())


@pytest.mark.parametrize("what", [*WRONG, *BROKEN])
def test_every_crafted_answer_is_a_problem_that_names_the_document(app: FastAPI, what: str) -> None:
    response = upload(app, f"bees.pdf {what}")
    told = problem(response, 422, "unreadable-document")
    assert told["detail"].startswith(f"bees.pdf {what}")
    assert len(response.content) < 1000
