"""Where something is served: the socket, bound before anything slow begins."""

import socket

from index.errors import SettingsError


def listen(host: str, port: int) -> socket.socket:
    """A socket bound before anything slow begins, so that a taken port is known at once; SettingsError if it is."""
    # Made as a TCP one by name: asyncio turns Nagle's delay of 40 ms off only for those
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        why = error.strerror or str(error)
        raise SettingsError(f"Nothing can be served on {host}:{port} ({why}): set --host, --port.") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL that leads to it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
