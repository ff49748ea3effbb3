"""Where the site listens."""

import contextlib
import errno
import socket

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
BACKLOG = 1024


class CannotListen(Exception):
    """The address cannot be taken; says why in one line."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on `host`:`port`, on a free port for 0. Raises CannotListen."""
    is_ipv6 = ":" in host
    try:
        return socket.create_server(
            (host, port),
            family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
            backlog=BACKLOG,
            dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
        )
    except OSError as problem:
        raise CannotListen(_explain(problem, host, port)) from problem


def address_of(host: str, listener: socket.socket) -> str:
    """The URL that a person on this machine may open."""
    port = listener.getsockname()[1]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"http://{name}:{port}/"


def _explain(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use. Choose another one: make run PORT={port + 1}"
    if problem.errno == errno.EACCES:
        return f"Port {port} needs more rights than this account has. Choose one above 1023."
    with contextlib.suppress(AttributeError):
        return f"Cannot listen on {host}:{port}: {problem.strerror}"
    return f"Cannot listen on {host}:{port}: {problem}"
