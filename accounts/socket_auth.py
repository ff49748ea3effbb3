"""Who is on a socket, and whether they still may be."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken

from accounts.actions import open_session
from accounts.api.tokens import person_of, read_token
from accounts.models import User


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as one socket proved to be. `stamp` changes with their password."""

    user_id: int
    username: str
    display_name: str
    stamp: str
    session: str | None  # the key, for sockets of browsers
    expires_at: float | None  # unix seconds, for sockets of tokens


def identify_token(token: str) -> Identity | None:
    """Who shows this access token; None for a bad, expired or revoked one or inactive people."""
    try:
        access = read_token(AccessToken, token)
        person = person_of(access)
    except (TokenError, AuthenticationFailed):
        return None
    return _identity(person, expires_at=float(access["exp"]))


def identify_session(session_key: str | None) -> Identity | None:
    """Whose browser has this session; None when nobody's, or when the person may not come in."""
    # Keys are made of these; anything else would only trouble the database.
    if not session_key or not (session_key.isascii() and session_key.isalnum()):
        return None
    session = open_session(session_key)
    person_id = str(session.get(SESSION_KEY, ""))
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    if not person_id.isdecimal():
        return None
    person = User.objects.filter(pk=int(person_id), is_active=True).first()
    if person is None or not _is_stamp_of(person, str(session.get(HASH_SESSION_KEY, ""))):
        return None
    return _identity(person, session=session_key)


def still_valid(identities: Collection[Identity]) -> set[Identity]:
    """Those of `identities` that still hold, by two queries whatever their number."""
    ids = {identity.user_id for identity in identities}
    people = {
        person.pk: person.get_session_auth_hash()
        for person in User.objects.filter(pk__in=ids, is_active=True).only("password")
    }
    keys = {identity.session for identity in identities if identity.session}
    sessions = (
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).in_bulk()
        if keys
        else {}
    )
    now = timezone.now().timestamp()
    return {
        identity
        for identity in identities
        if _holds(identity, people.get(identity.user_id), sessions, now)
    }


def user_of(identity: Identity) -> User:
    """The row of that person as it is now. Raises User.DoesNotExist."""
    return User.objects.get(pk=identity.user_id)


def _holds(identity: Identity, stamp: str | None, sessions: dict[str, Session], now: float) -> bool:
    if stamp is None or (identity.expires_at is not None and identity.expires_at <= now):
        return False
    if identity.session is None:
        return identity.stamp == stamp
    row = sessions.get(identity.session)
    if row is None:
        return False
    # The session that changed the password lives on, with the new stamp in its row.
    return identity.stamp == stamp or row.get_decoded().get(HASH_SESSION_KEY) == stamp


def _is_stamp_of(person: User, stamp: str) -> bool:
    known = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(stamp, one) for one in known)


def _identity(
    person: User, *, session: str | None = None, expires_at: float | None = None
) -> Identity:
    return Identity(
        user_id=person.pk,
        username=person.username,
        display_name=person.display_name,
        stamp=person.get_session_auth_hash(),
        session=session,
        expires_at=expires_at,
    )
