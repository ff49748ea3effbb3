"""What happens to accounts: they begin, change, and lose what they were allowed."""

import logging
from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.arrivals import announce_arrival
from accounts.authority import authority_lost
from accounts.models import User
from accounts.names import (
    MAX_TYPED_USERNAME,
    check_display_name,
    normalise_display_name,
    normalise_username,
)
from accounts.passwords import check_password
from accounts.setup import claim_site

logger = logging.getLogger(__name__)


def register(
    *,
    username: str,
    password: str,
    email: str = "",
    display_name: str = "",
    setup_token: str = "",
    peer: str | None = None,
) -> User:
    """A new person; the first one administers the site (accounts/setup.py, which explains `peer`).

    Raises ValidationError with the errors of each field.
    """
    person = User(
        username=normalise_username(username[: MAX_TYPED_USERNAME + 1]),
        email=User.objects.normalize_email(email.strip()),
        display_name=normalise_display_name(display_name),
    )
    _require_fit(person, password)
    # Outside the transaction: for the half second of hashing no other writer could go on.
    person.password = make_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            is_administrator = claim_site(person, setup_token, peer)
            announce_arrival(person)
    except IntegrityError:
        if not User.objects.filter(username=person.username).exists():
            raise
        raise ValidationError({"username": [_("That name is taken.")]}) from None
    logger.info(
        "Person %s registered%s.", person.pk, " as administrator" if is_administrator else ""
    )
    return person


def require_password(user: User, password: str) -> None:
    """Raises ValidationError for `current_password` unless it is the person's."""
    if not user.check_password(password):
        raise ValidationError({"current_password": [_("That is not your password.")]})


def change_password(user: User, new_password: str, *, keep_session: str | None = None) -> User:
    """The person with a new password: every token and every session ends but `keep_session`.

    Raises ValidationError for `new_password`.
    """
    try:
        check_password(new_password, user)
    except ValidationError as refusal:
        raise ValidationError({"new_password": refusal.error_list}) from None
    return put_password(user, make_password(new_password), keep_session=keep_session)


def put_password(user: User, encoded: str, *, keep_session: str | None = None) -> User:
    """The person with a password that was checked and hashed: every token and every session ends
    but `keep_session`."""
    with transaction.atomic():
        user.password = encoded
        user.save(update_fields=["password"])
        if keep_session:
            # Its key stays too: its open sockets are known by it (docs/protocol.md, promise 9).
            session = open_session(keep_session)
            if session.get(SESSION_KEY) == str(user.pk):
                session[HASH_SESSION_KEY] = user.get_session_auth_hash()
                session.save()
        authority_lost(user, except_session=keep_session)
    logger.info("Person %s has another password.", user.pk)
    return user


def change_email(user: User, email: str, *, current_password: str) -> User:
    """The person with another e-mail address, or with none; it takes their password.

    Raises ValidationError for `email` or `current_password`.
    """
    email = User.objects.normalize_email(email.strip())
    try:
        if email:
            validate_email(email)
    except ValidationError as refusal:
        raise ValidationError({"email": refusal.error_list}) from None
    require_password(user, current_password)
    user.email = email
    user.save(update_fields=["email"])
    return user


def change_profile(user: User, *, display_name: str) -> User:
    """The person with another display name. Raises ValidationError for `display_name`."""
    try:
        check_display_name(display_name)
    except ValidationError as refusal:
        raise ValidationError({"display_name": refusal.error_list}) from None
    user.display_name = normalise_display_name(display_name)
    user.save(update_fields=["display_name"])
    return user


def end_session(user: User, session_key: str) -> None:
    """Logs one browser out: its session is gone, and so are the sockets that it opened."""
    open_session(session_key).delete(session_key)
    authority_lost(user, session=session_key)


def deactivate(user: User) -> User:
    """The person, who can do nothing any more until somebody lets them in again."""
    with transaction.atomic():
        user.is_active = False
        user.save(update_fields=["is_active"])
        authority_lost(user)
    logger.info("Person %s was deactivated.", user.pk)
    return user


def open_session(session_key: str) -> SessionBase:
    """The session of that key, not read yet."""
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store(session_key)


def _require_fit(person: User, password: str) -> None:
    errors: dict[str, Iterable[ValidationError | str]] = {}
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as refusal:
        errors.update(refusal.error_dict)
    try:
        check_display_name(person.display_name)
    except ValidationError as refusal:
        errors["display_name"] = refusal.error_list
    try:
        check_password(password, person)
    except ValidationError as refusal:
        errors["password"] = refusal.error_list
    if errors:
        raise ValidationError(errors)
