"""People who signed in to a real server: what each sees of the documents, what they change, and whose change that was."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openid_provider import Provider
from signing_in import sign_in
from support import Served, problem

from index.storage.sqlite.store import FILE_NAME

pytestmark = pytest.mark.slow

ROTA = "Stan Crane mans the lighthouse on Sundays."
PATH = "/v1/documents/rota.txt"


@pytest.fixture(scope="module")
def served(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that other machines reach, without keys: it starts, for nobody gets in without signing in."""
    data = tmp_path_factory.mktemp("people")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    provider = Provider()
    access = {"QUOTH_OIDC_ACCESS": "admins=admin, editors=ask+write, staff=ask", "QUOTH_OIDC_ANYBODY_ASKS": "true"}
    served = Served(data, "--host", "0.0.0.0", **provider.environment, **access, QUOTH_AUDIT_DAYS="30")  # noqa: S104  # what it is about
    served.client.base_url = f"http://127.0.0.1:{served.client.base_url.port}"
    yield served
    assert served.stop() == 0, served.log
    provider.stop()
    for secret in (provider.settings["oidc_client_secret"], "subject-of", "Kestrel", "code="):
        assert secret not in served.log


@pytest.fixture
def people(served: Served) -> Iterator[dict[str, httpx.Client]]:
    """The browsers of three who signed in, and of one who didn't."""
    base = str(served.client.base_url)
    page = {"Origin": base.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    browsers = {
        name: httpx.Client(base_url=base, headers=page, timeout=60) for name in ("edda", "stan", "nina", "nobody")
    }
    for name, browser in browsers.items():
        if name != "nobody":
            assert sign_in(browser, name, "/documents").headers["location"] == "/documents"
    yield browsers
    for browser in browsers.values():
        browser.close()


def asked(browser: httpx.Client) -> list[str]:
    """The documents of which passages are read for what the rota alone says."""
    answer: Any = browser.post("/v1/ask", json={"question": "Who mans the lighthouse on Sundays?"}).json()
    return [passage["document_id"] for passage in answer["passages"]]


def test_each_sees_what_is_for_them_and_changes_are_theirs(people: dict[str, httpx.Client]) -> None:
    edda, stan, nina, nobody = people.values()
    assert edda.put(PATH, json={"text": ROTA, "readers": ["staff"]}).status_code == 201
    seen = {name: browser.get(PATH).status_code for name, browser in people.items()}
    assert seen == {"edda": 200, "stan": 200, "nina": 404, "nobody": 401}
    assert asked(stan)[0] == "rota.txt"
    assert "rota.txt" not in asked(nina)
    counts = [browser.get("/readyz").json()["collections"] for browser in (stan, nina, nobody)]
    assert counts == [{"default": 11}, {"default": 10}, None]
    problem(stan.delete(PATH), 403, "forbidden")
    problem(edda.get("/v1/audit"), 403, "forbidden")
    forged = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    problem(edda.delete(PATH, headers=forged), 403, "forbidden")
    body = {"origin": "https://site.example"}
    told = problem(stan.post("/v1/tokens", json=body), 403, "forbidden")
    assert told["detail"] == "A session mints no tokens: send a key, from the site's server."
    assert edda.delete(PATH).status_code == 200
    ada = httpx.Client(base_url=edda.base_url)
    assert sign_in(ada, "ada").status_code == 302
    events = ada.get("/v1/audit").json()["events"]
    assert [(event["actor"], event["action"]) for event in events] == [
        ("person Edda Röm (subject-of-edda)", "document removed"),
        ("person Edda Röm (subject-of-edda)", "document added"),
    ]
    ada.close()


def test_signing_out_ends_what_one_browser_may(people: dict[str, httpx.Client]) -> None:
    assert people["stan"].post("/signout").status_code == 204
    assert problem(people["stan"].get("/v1/documents"), 401, "unauthorized")["sign_in"] == "/signin"
    assert people["edda"].get("/v1/documents").status_code == 200
