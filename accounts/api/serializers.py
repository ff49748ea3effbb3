"""Bodies in and out, in the shapes that djoser's and simplejwt's clients know."""

from typing import Any, cast

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from djoser.serializers import UserCreateSerializer, UserSerializer
from rest_framework import serializers
from rest_framework_simplejwt.exceptions import InvalidToken
from rest_framework_simplejwt.serializers import (
    PasswordField,
    TokenObtainPairSerializer,
    TokenRefreshSerializer,
    TokenVerifySerializer,
)
from rest_framework_simplejwt.tokens import RefreshToken, UntypedToken

from accounts import actions, throttle
from accounts.addresses import client_address, peer_address
from accounts.api.tokens import person_of, read_token, require_unspent
from accounts.models import User
from accounts.names import MAX_TYPED_USERNAME, check_display_name
from accounts.passwords import MAX_PASSWORD


class RegistrationSerializer(UserCreateSerializer):  # type: ignore[misc]  # djoser ships no types
    """`username`, `password` and, at will, `email`, `display_name`, `setup_token`."""

    username = serializers.CharField(max_length=MAX_TYPED_USERNAME)
    # A space at either end belongs to the password, as it does in the browser's form.
    password = PasswordField(max_length=MAX_PASSWORD, trim_whitespace=False)
    display_name = serializers.CharField(
        validators=[check_display_name], required=False, allow_blank=True, write_only=True
    )
    setup_token = serializers.CharField(
        max_length=200, required=False, allow_blank=True, write_only=True
    )

    class Meta:
        model = User
        fields = ("id", "username", "email", "password", "display_name", "setup_token")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        # djoser would look at the password here; the action does.
        return attrs

    def perform_create(self, validated_data: dict[str, Any]) -> User:
        meta = self.context["request"].META
        try:
            with throttle.registration(client_address(meta)):
                return actions.register(**validated_data, peer=peer_address(meta))
        except DjangoValidationError as refusal:
            raise serializers.ValidationError(refusal.message_dict) from None


class CurrentUserSerializer(UserSerializer):  # type: ignore[misc]  # djoser ships no types
    """Oneself. Another e-mail address takes the password."""

    display_name = serializers.CharField(
        validators=[check_display_name], required=False, allow_blank=True
    )
    current_password = PasswordField(max_length=MAX_PASSWORD, trim_whitespace=False, required=False)

    class Meta:
        model = User
        fields = ("id", "username", "email", "display_name", "current_password")
        read_only_fields = ("username",)

    def update(self, instance: User, validated_data: dict[str, Any]) -> User:
        email = validated_data.get("email", instance.email)
        throttle.profile_change(instance, client_address(self.context["request"].META))
        try:
            if email != instance.email:
                with throttle.password_check(instance):
                    password = validated_data.get("current_password", "")
                    actions.change_email(instance, email, current_password=password)
            if "display_name" in validated_data:
                actions.change_profile(instance, display_name=validated_data["display_name"])
        except DjangoValidationError as refusal:
            raise serializers.ValidationError(refusal.message_dict) from None
        return instance


class TokenPairSerializer(TokenObtainPairSerializer):
    """Name and password in, a pair of tokens out."""

    access = serializers.CharField(read_only=True)
    refresh = serializers.CharField(read_only=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = serializers.CharField(
            max_length=MAX_TYPED_USERNAME, write_only=True
        )
        self.fields["password"] = PasswordField(max_length=MAX_PASSWORD, trim_whitespace=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        address = client_address(self.context["request"].META)
        with throttle.sign_in(address, attrs["username"]):
            return super().validate(attrs)


class RefreshSerializer(TokenRefreshSerializer):
    """A refresh token is good for one more pair, for a person who may still come in."""

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        throttle.token_check("refresh", client_address(self.context["request"].META))
        spent = read_token(RefreshToken, attrs["refresh"])
        person = person_of(spent)
        throttle.refresh(person)
        with transaction.atomic():
            # simplejwt's annotation forgets that this is get_or_create's pair.
            _row, is_first = cast("tuple[object, bool]", spent.blacklist())
            if not is_first:  # Somebody used it in the same moment.
                raise InvalidToken(_("Token is blacklisted"))
            fresh = RefreshToken.for_user(person)
        return {"access": str(fresh.access_token), "refresh": str(fresh)}


class VerifySerializer(TokenVerifySerializer):
    """Whether a token of either kind would be accepted now."""

    def validate(self, attrs: dict[str, Any]) -> dict[Any, Any]:
        throttle.token_check("verify", client_address(self.context["request"].META))
        token = read_token(UntypedToken, attrs["token"])
        require_unspent(token)
        person_of(token)
        return {}
