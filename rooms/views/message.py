"""One message by its own address, where everything is done to it without a script."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from rooms import access
from rooms.actions.messages import delete_message, edit_message
from rooms.actions.reactions import add_reaction, remove_reaction
from rooms.forms import EditForm, ReactForm, fresh_client_id
from rooms.limits import check_rate
from rooms.models import Message, Room
from rooms.refusals import BadText, NotFound, Refusal
from rooms.views.door import PersonRequest, SeeOther, page
from rooms.views.pieces import piece_of
from rooms.views.places import place_of
from rooms.views.refusals import mark_refused
from rooms.views.words import QUICK_REACTIONS

SHOWN_NAMES = 100


@page("GET", "HEAD")
def message(request: PersonRequest, name: str, message_id: int) -> HttpResponse:
    room = access.find_room(request.user, name)
    if name != room.name:
        return redirect("message", room.name, message_id)
    return _message_page(request, room, access.find_message(request.user, room, message_id))


@page("POST")
def edit(request: PersonRequest, name: str, message_id: int) -> HttpResponse:
    room = access.find_room(request.user, name)
    form = EditForm(request.POST)
    form.full_clean()
    content = form.cleaned_data.get("content", "")
    try:
        if not form.is_valid():
            raise BadText
        check_rate(request.user.pk)
        edited = edit_message(request.user, room, message_id, content)
    except NotFound:
        raise
    except Refusal as refusal:
        found = access.find_message(request.user, room, message_id)
        return _message_page(request, room, found, refusal=refusal, content=content)
    return SeeOther(place_of(edited))


@page("POST")
def delete(request: PersonRequest, name: str, message_id: int) -> HttpResponse:
    room = access.find_room(request.user, name)
    check_rate(request.user.pk)
    return SeeOther(place_of(delete_message(request.user, room, message_id)))


@page("POST")
def react(request: PersonRequest, name: str, message_id: int) -> HttpResponse:
    """Puts an emoji on the message, or takes it back."""
    room = access.find_room(request.user, name)
    found = access.find_message(request.user, room, message_id)
    form = ReactForm(request.POST)
    try:
        if not form.is_valid():
            raise BadText
        add, remove = form.cleaned_data["add"], form.cleaned_data["remove"]
        if bool(add) == bool(remove):
            raise BadText
        check_rate(request.user.pk)
        change = add_reaction if add else remove_reaction
        change(request.user, room, message_id, add or remove)
    except NotFound:
        raise
    except Refusal as refusal:
        return _message_page(request, room, found, refusal=refusal)
    return SeeOther(reverse("message", args=[room.name, message_id]))


def _has(found: Message, user: User, emoji: str) -> bool:
    return any(each.user_id == user.pk and each.emoji == emoji for each in found.reactions.all())


def _who(found: Message, emoji: str) -> list[str]:
    """Those who reacted so, as people call them."""
    these = [each for each in found.reactions.all() if each.emoji == emoji]
    return [each.user.get_full_name() for each in these[:SHOWN_NAMES]]


def _offered(found: Message, user: User) -> list[dict[str, Any]]:
    """The reactions that are there, then those that pages offer."""
    words: dict[str, StrOrPromise] = {each.emoji: each.emoji for each in found.reactions.all()}
    words |= QUICK_REACTIONS
    return [
        {
            "emoji": emoji,
            "word": word,
            "count": sum(each.emoji == emoji for each in found.reactions.all()),
            "mine": _has(found, user, emoji),
            "names": _who(found, emoji),
        }
        for emoji, word in words.items()
    ]


def _message_page(
    request: PersonRequest,
    room: Room,
    found: Message,
    *,
    refusal: Refusal | None = None,
    content: str | None = None,
) -> HttpResponse:
    user = request.user
    standing = access.standing(user, room)
    may_write = access.writing_refusal(user, room, standing) is None and not found.is_deleted
    is_own = found.author_id == user.pk
    context = {
        "room": room,
        "message": found,
        "piece": piece_of(found),
        "content": found.content if content is None else content,
        "client_id": fresh_client_id(),
        "reactions": _offered(found, user),
        "may_react": may_write,
        "may_edit": may_write and is_own,
        "may_delete": may_write and (is_own or access.may_moderate(user, room)),
        "refusal": refusal.detail if refusal else "",
        "place": place_of(found),
    }
    response = render(request, "rooms/permalink.html", context)
    return mark_refused(response, refusal) if refusal else response
