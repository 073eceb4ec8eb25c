"""Connections to public addresses alone, whatever a name stands for by the time it is connected to.

A page's host may be called anything and resolve to anything: to this machine, to a router, to a cloud's metadata at
169.254.169.254, and to something else the next time it is asked (DNS rebinding). So a name is resolved once, what it
stands for is checked, and that address, not the name, is connected to. TLS still proves the name.
"""

import ipaddress
import socket
from collections.abc import Iterable, Sequence

import httpcore

from index.errors import SettingsError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses as NAT64 has them, RFC 6052


class PublicNetwork(httpcore.SyncBackend):
    """Connects to public addresses, and to those in the networks that are `allowed`.

    Raises SettingsError for a host that has no such address, with what allows it.
    """

    def __init__(self, allowed: Sequence[Network] = ()) -> None:
        self._allowed = allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that is allowed and answers."""
        addresses = _resolved(host, port)
        usable = [address for address in addresses if self._is_allowed(address)]
        if not usable:
            where = host if [str(address) for address in addresses] == [host] else f"{host} is at {addresses[0]}, which"
            raise SettingsError(
                f"{where} is no public address. If it is meant, say so: --allow-address {addresses[0]}."
            )
        for address in usable[:-1]:
            try:
                return super().connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(str(usable[-1]), port, timeout, local_address, socket_options)

    def _is_allowed(self, address: Address) -> bool:
        return is_public(address) or any(
            address.version == network.version and address in network for network in self._allowed
        )


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet's, and no other that it stands for is a private one.

    Of "::ffff:10.0.0.1", "64:ff9b::a00:1" and "2002:a00:1::" it is 10.0.0.1 that is reached.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def network_of(text: str) -> Network:
    """An address or network as it is written on the command line. Raises SettingsError for what is neither."""
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise SettingsError(
            f"--allow-address {text} is neither an address nor a network: write 10.1.2.3 or 10.0.0.0/8."
        ) from error


def _resolved(host: str, port: int) -> list[Address]:
    """The host's addresses, in the system's order. Raises httpcore.ConnectError if there are none."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} isn't known") from error
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
