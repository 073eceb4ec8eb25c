"""Check origins of pages: scheme, host and port, as browsers write them; and whether a host is this machine."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")


def checked_origin(text: str) -> str:
    """`text` if it is an origin as browsers write it. Raises ValueError that says how to write it."""
    if text == "*":
        raise ValueError("* would let every page on the web ask: name each origin")
    example = "an origin is a scheme and a host, and a port if it isn't the usual one, such as https://www.example.org"
    try:
        parts = urlsplit(text)
        host, port = parts.netloc.lower().rpartition("@")[2], parts.port
    except ValueError:
        raise ValueError(f"{text!r} is no address: {example}") from None
    scheme = parts.scheme.lower()
    name = host if port is None else host.removesuffix(f":{port}")
    if scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(name):
        raise ValueError(f"{text!r} is none: {example}")
    origin = f"{scheme}://{name}" + ("" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}")
    if text != origin:
        raise ValueError(f"{text!r} isn't written as browsers do: write {origin}")
    return origin


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach this address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
