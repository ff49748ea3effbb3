"""What bodies and queries look like. Shapes are checked here, meaning in the actions."""

from collections.abc import Mapping
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from rooms import inputs
from rooms.history import MAX_PAGE, PAGE
from rooms.refusals import BadFrame
from rooms.rendering import check_characters

_CLIENT_ID = RegexValidator(
    r"^[A-Za-z0-9_-]{1,64}\Z", _("1 to 64 of A-Z, a-z, 0-9, dash and underscore.")
)


def read(shape: type[serializers.Serializer[Any]], values: object) -> dict[str, Any]:
    """What was sent, in that shape. Raises ValidationError, BadText."""
    reader = shape(data=values.dict() if hasattr(values, "dict") else values)
    reader.is_valid(raise_exception=True)
    found: Mapping[str, Any] = reader.validated_data
    return dict(found)


@extend_schema_field({"type": "string"})
class Text(serializers.Field[str, Any, str, Any]):
    """Text as it was sent: REST framework's own field would trim it and take numbers for text."""

    default_error_messages = {"invalid": _("That is not text.")}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        check_characters(data)
        return data

    def to_representation(self, value: str) -> str:
        return value


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": inputs.MAX_NUMBER})
class Whole(serializers.Field[int, Any, int, Any]):
    """A whole number from 0 on, also from the text of a query."""

    def to_internal_value(self, data: Any) -> int:
        try:
            return inputs.number(data)
        except BadFrame:
            raise serializers.ValidationError(_("That is not a whole number.")) from None

    def to_representation(self, value: int) -> int:
        return value


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": PAGE})
class Limit(Whole):
    """How many a page holds at most."""

    def to_internal_value(self, data: Any) -> int:
        limit = super().to_internal_value(data)
        if not 1 <= limit <= MAX_PAGE:
            message = _("A page holds 1 to %(count)s.") % {"count": MAX_PAGE}
            raise serializers.ValidationError(message)
        return limit


@extend_schema_field({"type": "boolean"})
class YesOrNo(serializers.Field[bool, Any, bool, Any]):
    """`true` or `false`, and not what else a form might mean by it."""

    default_error_messages = {"invalid": _("That is neither true nor false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

    def to_representation(self, value: bool) -> bool:
        return value


class NewRoom(serializers.Serializer[Any]):
    """A room with a name, or with `kind` "direct" and its `members`."""

    kind = Text(required=False, default="public")
    name = Text(required=False)
    title = Text(required=False, default="")
    topic = Text(required=False, default="")
    members = serializers.ListField(child=Text(), required=False, max_length=100)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = "members" if attrs["kind"] == "direct" else "name"
        if needed not in attrs:
            raise serializers.ValidationError({needed: [_("This field is required.")]})
        return attrs


class RoomChange(serializers.Serializer[Any]):
    title = Text(required=False)
    topic = Text(required=False)
    name = Text(required=False)
    archived = YesOrNo(required=False)


class NewMessage(serializers.Serializer[Any]):
    content = Text()
    client_id = Text(required=False, allow_null=True, validators=[_CLIENT_ID])
    reply_to = Whole(required=False, allow_null=True)


class MessageChange(serializers.Serializer[Any]):
    content = Text()


class NewMember(serializers.Serializer[Any]):
    username = Text()


class NamesQuery(serializers.Serializer[Any]):
    """A page of a list that is ordered by name."""

    before = Text(required=False)
    after = Text(required=False)
    limit = Limit(required=False, default=PAGE)


class MessagesQuery(serializers.Serializer[Any]):
    """A page of messages: those before one `seq` or after another."""

    before = Whole(required=False)
    after = Whole(required=False)
    limit = Limit(required=False, default=PAGE)


class ChangesQuery(serializers.Serializer[Any]):
    """`since` and perhaps `epoch`, as on the socket; `after` and `upto` come from `next`."""

    since = Whole()
    epoch = Text(required=False)
    after = Whole(required=False)
    upto = Whole(required=False)
