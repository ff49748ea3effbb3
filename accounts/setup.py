"""How a new site gets its administrator: who registers first, or who shows the one-time token."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import Administrator, User


def is_unclaimed() -> bool:
    """Whether nobody administers the site yet, neither by registering nor by `createsuperuser`."""
    if Administrator.objects.exists():
        return False
    return not User.objects.filter(is_superuser=True).exists()


def claim_site(person: User, shown_token: str) -> bool:
    """Makes `person` the administrator if they come first and may; call it inside a transaction."""
    if not is_unclaimed():
        return False
    if not settings.LOOPBACK and not _is_setup_token(shown_token):
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

    None is needed on a loopback bind, or once there is an administrator. `base` is the site's own
    address as far as the caller knows it better than the settings do.
    """
    if settings.LOOPBACK or not (token := setup_token()):
        return ""
    base = base or settings.CHAT_URL or f"http://{_reachable_host()}:{settings.PORT}"
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
