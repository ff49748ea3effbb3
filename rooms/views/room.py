"""A room's page, and coming in and going out."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from rooms import access, history, presence
from rooms.actions.memberships import join_room, leave_room
from rooms.actions.messages import Post
from rooms.forms import MessageForm, PageForm
from rooms.limits import check_rate
from rooms.models import Message, Room
from rooms.refusals import BadFrame, BadText, IdConflict, NotFound, Refusal
from rooms.views.door import PersonRequest, SeeOther, page
from rooms.views.pieces import rows_of
from rooms.views.refusals import mark_refused
from rooms.views.words import QUICK_REACTIONS
from rooms.writer import post_and_wait

SHOWN_PEOPLE = 100


@page("GET", "HEAD")
def room(request: PersonRequest, name: str) -> HttpResponse:
    """The newest messages, live; or an older stretch (`?before=`, `?after=`), standing still."""
    found = access.find_room(request.user, name)
    if name != found.name:
        return redirect("room", found.name)
    wanted = PageForm(request.GET)
    asked = wanted.cleaned_data if wanted.is_valid() else {}
    answered = _answered(request, found, asked.get("reply_to"))
    return _room_page(
        request,
        found,
        MessageForm.fresh(reply_to=answered),
        before=asked.get("before"),
        after=asked.get("after"),
        answered=answered,
    )


@page("POST")
def post(request: PersonRequest, name: str) -> HttpResponse:
    found = access.find_room(request.user, name)
    form = MessageForm(request.POST)
    try:
        if not form.is_valid():
            raise BadText if "message" in form.errors else BadFrame
        if form.cleaned_data["room_id"] not in (None, found.pk):
            raise NotFound
        check_rate(request.user.pk)
        post_and_wait(
            Post(
                request.user.pk,
                found.pk,
                form.cleaned_data["message"],
                form.cleaned_data["client_id"],
                form.cleaned_data["reply_to"],
            )
        )
    except Refusal as refusal:
        return _refused_post(request, found, form, refusal)
    return SeeOther(reverse("room", args=[found.name]))


@page("POST")
def join(request: PersonRequest, name: str) -> HttpResponse:
    found = access.find_room(request.user, name)
    check_rate(request.user.pk)
    join_room(request.user, found)
    return SeeOther(reverse("room", args=[found.name]))


@page("GET", "HEAD", "POST")
def leave(request: PersonRequest, name: str) -> HttpResponse:
    """Asks first, where a page leads here: out of a private room there is no way back."""
    found = access.find_room(request.user, name)
    if request.method != "POST":
        return render(request, "rooms/leave.html", {"room": found})
    check_rate(request.user.pk)
    leave_room(request.user, found)
    return SeeOther(reverse("rooms"))


def _refused_post(
    request: PersonRequest, found: Room, form: MessageForm, refusal: Refusal
) -> HttpResponse:
    """The room's page with the words still in the composer."""
    if isinstance(refusal, NotFound):
        access.require_may_open(request.user, found)
    if isinstance(refusal, IdConflict | BadFrame):
        form.renew()
    form.refusal = refusal.detail
    asked = form.cleaned_data.get("reply_to") if form.is_valid() else None
    answered = _answered(request, found, asked)
    return mark_refused(_room_page(request, found, form, answered=answered), refusal)


def _answered(request: PersonRequest, found: Room, message_id: int | None) -> Message | None:
    """The message that the composer is to answer, when there is one."""
    if message_id is None:
        return None
    try:
        message = access.find_message(request.user, found, message_id)
    except NotFound:
        return None
    return None if message.is_deleted else message


def _room_page(
    request: PersonRequest,
    found: Room,
    form: MessageForm,
    *,
    before: int | None = None,
    after: int | None = None,
    answered: Message | None = None,
) -> HttpResponse:
    # The counter before the messages: what changes in between is told again, nothing left out.
    since = history.read_counter(found.pk)
    epoch = history.current_epoch()
    is_scrolled = bool(request.htmx) and before is not None
    limit = history.SCROLLED_PAGE if is_scrolled else history.PAGE
    stretch = history.page_of_messages(found, before=before, after=after, limit=limit)
    live = before is None and after is None
    membership = None if is_scrolled else access.standing(request.user, found)
    is_member = membership is not None and membership.is_current
    context = {
        "room": found,
        "page": stretch,
        "rows": rows_of(stretch.messages, membership if live and is_member else None),
        "read_at": membership and membership.read_at,
        "older_address": f"{reverse('room', args=[found.name])}?before={stretch.older}",
        "in_place": live or is_scrolled,
    }
    if is_scrolled:
        return render(request, "rooms/_messages.html", context)
    people = presence.people_here(found.pk)
    # Whose page of which room it is: the login and the name may be others' when it connects.
    own = {"me": request.user.pk, "room": found.pk}
    follow = urlencode({"since": since, "epoch": epoch, **own})
    context |= {
        "form": form,
        "answered": answered,
        "is_member": is_member,
        "read_seq": membership.read_seq if membership and is_member else "",
        "moderates": access.moderates(request.user, found, membership),
        "may_write": access.writing_refusal(request.user, found, membership) is None,
        "here": people[:SHOWN_PEOPLE],
        "here_count": len(people),
        "quick_reactions": QUICK_REACTIONS,
        "most": settings.MAX_CONTENT,
        "live": live,
        "since": since,
        "epoch": epoch,
        "socket_url": f"/ws/rooms/{found.name}/?{follow}",
    }
    return render(request, "rooms/room.html", context)
