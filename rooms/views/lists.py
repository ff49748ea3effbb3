"""Where one starts: the rooms that one may see, and a new one."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from rooms import access
from rooms.actions.rooms import create_room
from rooms.forms import RoomForm, RoomsForm
from rooms.limits import check_rate
from rooms.models import Membership, Room
from rooms.refusals import BadFields, Refusal
from rooms.views.door import PersonRequest, SeeOther, page
from rooms.views.order import called
from rooms.views.refusals import mark_refused

PAGE = 100
DOUBLE_CLICK = timedelta(minutes=1)


@page("GET", "HEAD")
def home(request: PersonRequest) -> HttpResponse:
    return redirect("rooms")


@page("GET", "HEAD")
def rooms(request: PersonRequest) -> HttpResponse:
    """As people call them, a page at a time; `?after=<name>` goes on behind that room."""
    start = RoomsForm(request.GET)
    after = start.cleaned_data["after"] if start.is_valid() else ""
    mine = Membership.objects.current().filter(room=OuterRef("pk"), user=request.user)
    found = (
        access.visible_rooms(request.user)
        .exclude(kind=Room.Kind.DIRECT)
        .annotate(is_mine=Exists(mine), called=called())
        .order_by("called", "name")
    )
    if after:
        # Among those that one may see: a place in the order would tell of another's title.
        last = found.filter(name=after).values_list("called", flat=True).first() or after
        found = found.filter(Q(called__gt=last) | Q(called=last, name__gt=after))
    listed = list(found[: PAGE + 1])
    next_name = listed[PAGE - 1].name if len(listed) > PAGE else None
    return render(request, "rooms/rooms.html", {"rooms": listed[:PAGE], "next_name": next_name})


@page("GET", "HEAD", "POST")
def new_room(request: PersonRequest) -> HttpResponse:
    form = RoomForm(request.POST or None)
    if not form.is_bound:
        return _form(request, form)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        check_rate(request.user.pk)
        room = create_room(request.user, **form.cleaned_data)
    except BadFields as refusal:
        for field, errors in refusal.errors.items():
            form.errors[field] = form.error_class(errors)
        return _form(request, form, status=422)
    except Refusal as refusal:
        made = _just_made(request.user, form) if refusal.code == "taken" else None
        if made is not None:
            return SeeOther(reverse("room", args=[made.name]))
        form.add_error("name" if refusal.code == "taken" else None, str(refusal.detail))
        return mark_refused(_form(request, form), refusal)
    return SeeOther(reverse("room", args=[room.name]))


def _just_made(user: User, form: RoomForm) -> Room | None:
    """The room that this form's first sending made, when its button was pressed twice."""
    try:
        room = access.find_room(user, form.cleaned_data["name"])
    except Refusal:
        return None
    is_same = room.created_by_id == user.pk and room.kind == form.cleaned_data["kind"]
    return room if is_same and timezone.now() - room.created_at <= DOUBLE_CLICK else None


def _form(request: HttpRequest, form: RoomForm, *, status: int = 200) -> HttpResponse:
    return render(request, "rooms/new_room.html", {"form": form}, status=status)
