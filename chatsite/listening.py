"""Where the site listens."""

import contextlib
import errno
import socket

from django.conf import settings

try:
    import resource
except ImportError:  # Windows has no such limit.
    resource = None  # type: ignore[assignment]  # a module everywhere else

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
    return address_at(host, listener.getsockname()[1])


def address_at(host: str, port: int) -> str:
    """The same for a listener that is not there yet."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"http://{name}:{port}/"


def allow_many_connections() -> None:
    """Every socket is an open file, of which a process may often have no more than 1,024."""
    if resource is not None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        # macOS calls it unlimited and then refuses that.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def take_host(host: str) -> None:
    """Brings the settings that follow from HOST in line with where the site really listens."""
    settings.HOST = host
    settings.LOOPBACK = host in LOOPBACK_HOSTS
    name = f"[{host}]" if ":" in host else host
    if host not in {"0.0.0.0", "::"} and name not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS.append(name)


def _explain(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is in use. Choose another one: make run PORT={port + 1}"
    if problem.errno == errno.EACCES:
        return f"Port {port} needs more rights than this account has. Choose one above 1023."
    with contextlib.suppress(AttributeError):
        return f"Cannot listen on {host}:{port}: {problem.strerror}"
    return f"Cannot listen on {host}:{port}: {problem}"
