"""The proxy of OPERATIONS.md as it stands there: a real nginx in front of a real server.

`pytest -m long tests/test_nginx.py`, once nginx is there: `apt-get install nginx-light`.
"""

import os
import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from support import ROOT, Served, problem

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
TEXT = (ROOT / "qa" / "service" / "OPERATIONS.md").read_text()
(LOCATION,) = re.findall(r"```nginx\n(.*?)```", TEXT, re.DOTALL)
((SETTING, PROXY),) = re.findall(r"^    (QUOTH_TRUSTED_PROXIES)=(\S+) quoth serve$", TEXT, re.MULTILINE)
MOST = 10  # requests a minute
AROUND = """
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(NGINX is None, reason="needs nginx: apt-get install nginx-light"),
]


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a proxy in front of a server that lets MOST requests a minute in."""
    folder = tmp_path_factory.mktemp("nginx")
    trusting = {SETTING: PROXY, "QUOTH_ALLOW_ANONYMOUS": "1", "QUOTH_RATE_LIMIT": f"{MOST}/minute"}
    served = Served(folder / "data", **trusting)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    location = LOCATION.replace("http://127.0.0.1:8000", str(served.client.base_url).rstrip("/"))
    assert location != LOCATION
    user = "user root;" if os.geteuid() == 0 else ""  # its workers must reach the folder
    (folder / "conf").write_text(AROUND.format(folder=folder, port=port, location=location, user=user))
    with subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "conf")], stderr=subprocess.PIPE) as nginx:
        url = f"http://127.0.0.1:{port}"
        transport = httpx.HTTPTransport(retries=10)  # until it listens
        with httpx.Client(transport=transport) as client:
            assert client.get(f"{url}/healthz").status_code == 200
        yield url
        nginx.terminate()
    assert served.stop() == 0, served.log


def asked(url: str, address: str, **headers: str) -> int:
    """The status of a request from an address of this machine, all of 127.0.0.0/8 being its own."""
    with httpx.Client(transport=httpx.HTTPTransport(local_address=address), timeout=60) as client:
        return client.get(f"{url}/v1/documents", headers=headers).status_code


def test_each_client_has_an_allowance_of_its_own(proxied: str) -> None:
    for address in ("127.0.0.2", "127.0.0.3", "127.0.0.4"):
        assert Counter(asked(proxied, address) for _ in range(MOST + 2)) == {200: MOST, 429: 2}


FORGED = ["{}", "{}, 192.0.2.1", "192.0.2.1, {}", "{}:80", "[2001:db8::{}]", "127.0.0.1, {}", "'{}'"]


@pytest.mark.parametrize("forged", FORGED)
def test_nobody_gets_more_by_saying_they_are_others(proxied: str, forged: str) -> None:
    host = f"127.0.1.{1 + FORGED.index(forged)}"  # another for each case
    statuses = Counter(
        asked(proxied, host, **{"X-Forwarded-For": forged.format(f"198.51.100.{number}"), "X-Real-IP": f"198.51.100.{number}",
                                "Forwarded": f"for=198.51.100.{number}"})
        for number in range(MOST + 5)
    )  # fmt: skip
    assert statuses == {200: MOST, 429: 5}


def test_pages_write_through_it_and_those_of_other_sites_do_not(proxied: str) -> None:
    def put(**headers: str) -> httpx.Response:
        transport = httpx.HTTPTransport(local_address="127.0.2.1")
        with httpx.Client(transport=transport, timeout=60) as client:
            return client.put(f"{proxied}/v1/documents/a", json={"text": "Ferries sail at noon."}, headers=headers)

    assert put(Origin=proxied).status_code == 201
    for origin in ("http://127.0.0.1", "https://evil.example", "null"):
        problem(put(Origin=origin), 403, "forbidden")
    same = put(**{"Origin": "http://quoth.example", "Host": "quoth.example", "Sec-Fetch-Site": "same-origin"})
    assert (same.status_code, same.json()["status"]) == (200, "unchanged")


def test_events_come_through_it_as_they_are_sent(proxied: str) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.2.2")
    with (
        httpx.Client(transport=transport, timeout=60) as client,
        client.stream("POST", f"{proxied}/v1/ask/stream", json={"question": "When do ferries sail?"}) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        names = [line for line in response.iter_lines() if line.startswith("event: ")]
    assert (names[0], names[-1]) == ("event: passages", "event: final")
