"""What the API answers, described for OpenAPI; tests hold it against the real answers."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers

from rooms.api.problems import MEDIA_TYPE

type Shape = type[serializers.Serializer[Any]]


# RFC 9457, with a stable `code` and, for bad fields, what is wrong with each.
PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "code": serializers.CharField(),
        "errors": serializers.DictField(
            child=serializers.ListField(child=serializers.CharField()), required=False
        ),
    },
)


class PersonSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    username = serializers.CharField()
    display_name = serializers.CharField(allow_blank=True)


class MemberSerializer(PersonSerializer):
    # A text and no choice: clients must bear roles that they do not know.
    role = serializers.CharField()
    joined_at = serializers.DateTimeField()


class RoomSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    topic = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    archived = serializers.BooleanField()
    seq = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class AnsweredSerializer(serializers.Serializer[Any]):
    """The message that another one answers."""

    id = serializers.IntegerField()
    seq = serializers.IntegerField()


class MessageSerializer(serializers.Serializer[Any]):
    """A deleted one keeps its place, with empty `content`."""

    id = serializers.IntegerField()
    room = serializers.CharField()
    seq = serializers.IntegerField()
    changed_seq = serializers.IntegerField()
    user = PersonSerializer()
    content = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted = serializers.BooleanField()
    reply_to = AnsweredSerializer(allow_null=True)
    reactions = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    client_id = serializers.CharField(allow_null=True)


class ResetSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()
    seq = serializers.IntegerField()


class FrameSerializer(serializers.Serializer[Any]):
    """A frame as the socket sends it: exactly one of these."""

    message = MessageSerializer(required=False)
    edited = MessageSerializer(required=False)
    deleted = MessageSerializer(required=False)
    reset = ResetSerializer(required=False)


class ChangesSerializer(serializers.Serializer[Any]):
    results = FrameSerializer(many=True)
    seq = serializers.IntegerField()
    epoch = serializers.CharField()
    next = serializers.URLField(allow_null=True)


def page_of(shape: Shape, **more: serializers.Field[Any, Any, Any, Any]) -> Any:
    """A list's answer."""
    fields = {
        "results": shape(many=True),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        **more,
    }
    name = shape.__name__.removesuffix("Serializer")
    return inline_serializer(f"{name}{'Count' if more else ''}Page", fields)


def describe(
    operation: str,
    answers: dict[int, Any],
    *,
    body: Shape | None = None,
    query: Shape | None = None,
) -> Callable[..., Any]:
    """Describes one method of a door; anything else that it answers is a problem."""
    return extend_schema(
        operation_id=operation,
        request=body,
        parameters=[query] if query else None,
        responses={**answers, ("default", MEDIA_TYPE): PROBLEM},
    )
