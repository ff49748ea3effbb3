"""What browsers send, made ready for the actions; the actions judge it."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.models import Message, Room


def fresh_client_id() -> str:
    """An id for a form that is sent once, however often its button is pressed."""
    return uuid4().hex


class WrittenText(forms.CharField):
    """A text area's text: as written, with the line ends that it had before the browser sent it."""

    def __init__(self) -> None:
        super().__init__(strip=False, required=False)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class MessageForm(forms.Form):
    """The composer. `refusal` is why the action did not take it."""

    message = WrittenText()
    client_id = forms.CharField(required=False, empty_value=None)
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    # Which room was meant: by now the address may be another's.
    room_id = forms.IntegerField(required=False)

    refusal: StrOrPromise = ""

    @classmethod
    def fresh(cls, *, reply_to: Message | None = None) -> "MessageForm":
        """An empty one with an id of its own."""
        return cls(
            initial={"client_id": fresh_client_id(), "reply_to": reply_to.pk if reply_to else None}
        )

    def renew(self) -> None:
        """Gives the form back with another id: for a text that its old one was not used up by."""
        self.data = self.data.copy() if isinstance(self.data, MultiValueDict) else dict(self.data)
        self.data["client_id"] = fresh_client_id()


class EditForm(forms.Form):
    content = WrittenText()


class ReactForm(forms.Form):
    """A wish and its emoji: what is said twice, by a double click, is then done once."""

    add = forms.CharField(max_length=64, required=False)
    remove = forms.CharField(max_length=64, required=False)


class RoomForm(forms.Form):
    """A new room. The action judges name and kind."""

    name = forms.CharField(label=_("Address"), max_length=40)
    title = forms.CharField(label=_("Title"), max_length=100, required=False)
    topic = forms.CharField(label=_("Topic"), max_length=250, required=False)
    kind = forms.CharField(initial=Room.Kind.PUBLIC, required=False, empty_value=Room.Kind.PUBLIC)


class PageForm(forms.Form):
    """Which stretch of the log is wanted: the messages before one `seq`, or after another."""

    before = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    reply_to = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class RoomsForm(forms.Form):
    """Where the list of rooms goes on: behind this name."""

    after = forms.CharField(required=False, max_length=40)
