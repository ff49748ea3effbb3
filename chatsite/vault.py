"""The site's secrets, made once and kept in the data folder."""

import contextlib
import json
import os
import secrets
import stat
from pathlib import Path
from typing import TypedDict

from django.core.exceptions import ImproperlyConfigured


class Secrets(TypedDict):
    SECRET_KEY: str
    JWT_SIGNING_KEY: str


def load_secrets(data_dir: Path) -> Secrets:
    """The two keys of `secrets.json`, made on the first start.

    Processes that start together agree on one file. A file that cannot be read, or lacks a key,
    stops
    the start and is never replaced: with other keys every session and token would silently end.
    Raises ImproperlyConfigured.
    """
    path = data_dir / "secrets.json"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _link_into_place(path)
    except OSError as problem:
        raise ImproperlyConfigured(
            f"{data_dir} cannot be written ({problem}). Give it to the account that runs the site, "
            "or set DATA_DIR to another folder."
        ) from problem
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ImproperlyConfigured(
            f"{path} cannot be read ({problem}). Restore it from a backup, or remove it: "
            "then everybody has to log in again."
        ) from problem
    for key in Secrets.__annotations__:
        if not isinstance(found, dict) or len(str(found.get(key, ""))) < 50:
            raise ImproperlyConfigured(f"{path} holds no usable {key}. Restore it from a backup.")
    return Secrets(SECRET_KEY=found["SECRET_KEY"], JWT_SIGNING_KEY=found["JWT_SIGNING_KEY"])


def keep_private(path: Path) -> None:
    """Makes the empty file `path` if it is not there, and takes it from everybody but its owner.

    SQLite makes a database readable for all, and gives its -wal file the rights that it finds.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except PermissionError:
        return  # A folder that takes no files: checks.py says so.
    except FileExistsError:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            # Another account's file is that account's business.
            with contextlib.suppress(PermissionError):
                path.chmod(0o600)


def _link_into_place(path: Path) -> None:
    fresh = Secrets(SECRET_KEY=secrets.token_urlsafe(64), JWT_SIGNING_KEY=secrets.token_urlsafe(64))
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(fresh, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, fails when another process was first.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
