"""Requests that two readers may understand differently, sent to a real server as they are written here.

A proxy in front that reads one as two, or two as one, lets through what it should have looked at. So what isn't
understood in one way alone is refused, and its connection closed: of what stands behind it nothing is answered.
"""

import re
import socket

import httpx
import pytest

pytestmark = pytest.mark.slow

HIDDEN = b"GET /v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
POST = b"POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"

TWO_MEANINGS = {
    "a length and chunks": POST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "chunks and a length": POST + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "a length of nothing and chunks": POST + b"Content-Length: 0\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 7\r\n\r\n{}",
    "two lengths in one": POST + b"Content-Length: 2, 7\r\n\r\n{}",
    "a length with a sign": POST + b"Content-Length: +2\r\n\r\n{}",
    "a length below nothing": POST + b"Content-Length: -2\r\n\r\n{}",
    "a length in another base": POST + b"Content-Length: 0x2\r\n\r\n{}",
    "a length that is a fraction": POST + b"Content-Length: 2.0\r\n\r\n{}",
    "a length past all numbers": POST + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "a length of letters": POST + b"Content-Length: two\r\n\r\n{}",
    "a length with a space in it": POST + b"Content-Length: 2 0\r\n\r\n{}",
    "a length before a space and a colon": POST + b"Content-Length : 2\r\n\r\n{}",
    "chunks before a space and a colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "chunks of another name": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks that aren't the last coding": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks behind a control character": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunks after another coding": POST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a chunk below nothing": POST + CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a chunk in another base": POST + CHUNKED + b"\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk past all numbers": POST + CHUNKED + b"\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": POST + CHUNKED + b"\r\n1\r\n{}\r\n0\r\n\r\n",
    "a chunk without a length": POST + CHUNKED + b"\r\n\r\n{}\r\n0\r\n\r\n",
    "a header before the first": b"GET /healthz HTTP/1.1\r\n Host: 127.0.0.1\r\n\r\n",
    "a zero in a header": GET + b"X-A: a\0b\r\n\r\n",
    "a zero in a name": GET + b"X\0A: a\r\n\r\n",
    "a space in a name": GET + b"X A: a\r\n\r\n",
    "no name": GET + b": a\r\n\r\n",
    "no colon": GET + b"Content-Length 40\r\n\r\n",
    "a carriage return alone": GET + b"X-A: a\rContent-Length: 40\r\n\r\n",
    "two hosts": b"GET /v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "two hosts, the other way round": b"GET /v1/documents HTTP/1.1\r\nHost: evil.example\r\nHost: 127.0.0.1\r\n\r\n",
    "no host": b"GET /v1/documents HTTP/1.1\r\n\r\n",
    "no version that is one": b"GET /healthz HTTP/1.1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40 + b"\r\n\r\n",
    "a method of letters that are none": b"G\xc9T /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a path with a space": b"GET /healthz /v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "a path with a line": b"GET /healthz\nX: /v1/documents HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}  # fmt: skip


def answers(client: httpx.Client, request: bytes) -> list[int]:
    """The statuses of what comes back until the connection is closed, or for as long as a head may take."""
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=60) as connection:
        connection.sendall(request)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", received)]


def test_one_after_the_other_both_are_answered(client: httpx.Client) -> None:
    closing = HIDDEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    assert answers(client, GET + b"\r\n" + closing) == [200, 200]
    assert answers(client, POST + b"Content-Length: 16\r\n\r\n" + b'{"question":"x"}' + closing) == [200, 200]
    assert answers(client, POST + CHUNKED + b"\r\n10\r\n" + b'{"question":"x"}\r\n0\r\n\r\n' + closing) == [200, 200]


@pytest.mark.parametrize("what", TWO_MEANINGS)
def test_what_can_be_read_in_two_ways_is_refused_with_all_behind_it(client: httpx.Client, what: str) -> None:
    statuses = answers(client, TWO_MEANINGS[what] + HIDDEN)
    assert all(400 <= status < 500 for status in statuses), statuses  # what is hidden would be answered with 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example\r\nX-Forwarded-Host: 127.0.0.1",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example\r\nForwarded: host=127.0.0.1",
        "localhost.",
        "0",
    ],
)
@pytest.mark.parametrize("path", ["/v1/documents", "http://127.0.0.1/v1/documents", "http://evil.example/v1/documents"])
def test_a_name_that_leads_here_is_not_ours(client: httpx.Client, host: str, path: str) -> None:
    """As of a page whose name was bound to this address anew: without keys no other name than this machine's is served."""
    assert answers(client, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()) == [403]


def test_it_serves_on(client: httpx.Client) -> None:
    assert client.get("/healthz").status_code == 200
