"""How a new site gets its administrator: who registers first, or who shows the one-time token."""

import logging
import os
import secrets
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import IntegrityError, OperationalError, ProgrammingError, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.addresses import is_loopback
from accounts.models import Administrator, User

logger = logging.getLogger(__name__)


def is_unclaimed() -> bool:
    """Whether nobody administers the site yet, neither by registering nor by `createsuperuser`."""
    if Administrator.objects.exists():
        return False
    return not User.objects.filter(is_superuser=True).exists()


def is_for_this_machine(peer: str | None = None) -> bool:
    """Whether no setup token is needed: nobody else is to reach the site, and nobody else asks.

    `peer` is where the request came from (addresses.peer_address), None for a shell. The bind alone
    proves nothing: a proxy may stand before it, and servers started by hand do not read HOST.
    """
    if not settings.LOOPBACK or not (peer is None or is_loopback(peer)):
        return False
    host = urlsplit(settings.CHAT_URL).hostname or ""
    return not settings.CHAT_URL or host == "localhost" or is_loopback(host)


def claim_site(person: User, shown_token: str, peer: str | None = None) -> bool:
    """Makes `person` the administrator if they come first and may; call it inside a transaction."""
    if not is_unclaimed():
        return False
    if not is_for_this_machine(peer) and not _is_setup_token(shown_token):
        logger.warning("Nobody administers the site yet: that takes its setup link.")
        return False
    try:
        # Of any number at once its key lets one through; a savepoint keeps the others' accounts.
        with transaction.atomic():
            Administrator.objects.create(user=person)
    except IntegrityError:
        return False
    person.is_staff = person.is_superuser = True
    person.save(update_fields=["is_staff", "is_superuser"])
    transaction.on_commit(lambda: _path().unlink(missing_ok=True))
    return True


def setup_token() -> str:
    """The token that makes its bearer administrator; empty once there is one.

    It lies in the data folder, readable by its owner alone, until it is used. Raises OSError.
    """
    if not is_unclaimed():
        return ""
    if not _path().exists():
        _link_into_place(_path())
    return _path().read_text(encoding="ascii").strip()


def setup_link(base: str = "") -> str:
    """The address to register at as administrator; empty when none is needed.

    None is needed where only this machine comes, nor once there is an administrator. `base` is
    where the site listens, as far as the caller knows it better than the settings do; CHAT_URL, by
    which people come, goes before it. Empty too before the tables are made. Raises OSError.
    """
    if is_for_this_machine():
        return ""
    try:
        token = setup_token()
    except (OperationalError, ProgrammingError):
        return ""
    if not token:
        return ""
    base = settings.CHAT_URL or base or f"http://{_reachable_host()}:{settings.PORT}"
    return f"{base.rstrip('/')}{reverse('register')}?{urlencode({'setup_token': token})}"


def _is_setup_token(shown: str) -> bool:
    try:
        token = _path().read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return False
    return bool(token) and constant_time_compare(token, shown.encode(errors="replace"))


def _path() -> Path:
    return Path(settings.DATA_DIR) / "setup-token"


def _reachable_host() -> str:
    host = str(settings.HOST)
    if host in {"0.0.0.0", "::"}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _link_into_place(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, fails when another process was first.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
