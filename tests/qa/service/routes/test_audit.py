"""The audit log over HTTP: what is changed with which key, from where if that may be kept, told to administrators."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from support import problem

from qa.assembly import Engine
from qa.service.app import create_app
from qa.settings import load_settings

TEXT = "The ferry to Orm sails at noon."
PATH = "/v1/documents/ferry"


@pytest.fixture(scope="module", params=[False, True], ids=["without addresses", "with addresses"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Engine]]:
    data = tmp_path_factory.mktemp("audit")
    engine = Engine(load_settings(data=data, audit_days=30, audit_addresses=request.param), writing=True)
    with TestClient(create_app(engine), base_url="http://127.0.0.1", client=("192.0.2.7", 5)) as client:
        yield client, engine


def test_each_write_is_its_keys(service: tuple[TestClient, Engine]) -> None:
    client, engine = service
    address = "192.0.2.7" if engine.settings.audit_addresses else None
    assert client.put(PATH, json={"text": TEXT}).status_code == 201  # while there are no keys
    keys = {name: engine.store.add_key(name, ["write"]) for name in ("wiki", "intranet")}
    admin = {"Authorization": f"Bearer {engine.store.add_key('admin', ['admin'])}"}

    def bearer(name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {keys[name]}"}

    assert client.put(PATH, json={"text": TEXT}, headers=bearer("wiki")).status_code == 200  # unchanged
    upload: dict[str, Any] = {"files": {"file": ("ferry.txt", TEXT)}, "data": {"id": "ferry", "title": "New"}}
    assert client.post("/v1/documents", **upload, headers=bearer("wiki")).status_code == 200
    assert client.delete(PATH, headers=bearer("intranet")).status_code == 200
    assert client.delete(PATH, headers=bearer("intranet")).status_code == 404
    problem(client.get("/v1/audit", headers=bearer("wiki")), 403, "forbidden")
    told = client.get("/v1/audit", headers=admin).json()
    assert told["days"] == 30
    assert [(one["actor"], one["action"], one["subject"]) for one in told["events"]] == [
        ("key intranet", "document removed", "ferry"),
        ("key wiki", "document replaced", "ferry"),
        ("anybody", "document added", "ferry"),
    ]
    assert {(one["address"], one["collection"]) for one in told["events"]} == {(address, "default")}
    assert "noon" not in str(told)
    first, second, _ = told["events"]
    page = client.get("/v1/audit", params={"before": first["id"], "limit": 1}, headers=admin).json()
    assert page["events"] == [second]
    later = client.get("/v1/audit", params={"since": "2999-01-01T00:00:00Z"}, headers=admin).json()
    assert later["events"] == []
    told = problem(
        client.get("/v1/audit", params={"since": "2026-01-01T00:00:00"}, headers=admin), 422, "invalid-request"
    )
    assert "timezone" in str(told["errors"])
    seconds = problem(client.get("/v1/audit", params={"since": "1780000000"}, headers=admin), 422, "invalid-request")
    assert "write the moment as 2026-11-28T09:00:00Z" in str(seconds["errors"])
