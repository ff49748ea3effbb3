"""People in the admin: found, added, changed, shut out; never deleted under their messages."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    UserChangeForm,
)
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.forms import BaseForm, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from accounts import actions
from accounts.arrivals import announce_arrival
from accounts.models import User
from accounts.names import check_display_name, normalise_display_name
from accounts.passwords import check_password
from accounts.throttle import TooMany

# Their pages would show refresh tokens, and who holds one is that person.
admin.site.unregister([BlacklistedToken, OutstandingToken])
# A job's arguments are nobody's reading, and groups mean nothing here: access.py decides by roles.
admin.site.unregister([DBTaskResult, Group])


class AddPersonForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("username",)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        self.encoded = _hash_early(self)

    def set_password_and_save(self, user: User, *args: Any, commit: bool = True, **kw: Any) -> User:
        user.password = self.encoded
        if commit:
            user.save()
        return user


class PersonForm(UserChangeForm[User]):
    class Meta:
        model = User
        fields = "__all__"

    def clean_display_name(self) -> str:
        name: str = self.cleaned_data["display_name"]
        check_display_name(name)
        return normalise_display_name(name)


class NewPasswordForm(AdminPasswordChangeForm[User]):
    """Sets somebody's password by way of the action, which ends their sockets."""

    def clean_password1(self) -> str:
        password: str = self.cleaned_data["password1"]
        if password:
            check_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.encoded = _hash_early(self)
        return cleaned

    def save(self, commit: bool = True) -> User:
        return actions.put_password(self.user, self.encoded)


def _hash_early(form: BaseForm) -> str:
    """The hash of the password that a form of the admin holds, or of none. Made while the form is
    looked at: a refusal for want of a turn is then an error that it can show."""
    if form.errors or not form.cleaned_data["set_usable_password"]:
        return make_password(None)
    try:
        return make_password(form.cleaned_data["password1"])
    except TooMany as refusal:
        form.add_error("password1", refusal.told())
        return make_password(None)


@admin.register(User)
class PeopleAdmin(UserAdmin[User]):
    form = PersonForm
    add_form = AddPersonForm
    change_password_form = NewPasswordForm
    list_display = ("username", "display_name", "email", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email")}),
        (
            _("What they may"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change:
                announce_arrival(obj)
            elif "is_active" in form.changed_data and not obj.is_active:
                actions.deactivate(obj)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 (Django's name)
        form_url: str = "",
    ) -> HttpResponse:
        # One's own goes by the page that keeps this session and ends all others.
        if id == str(request.user.pk):
            return redirect("password")
        return super().user_change_password(request, id, form_url)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = (*super().get_readonly_fields(request, obj),)
        if obj is not None and obj.pk == request.user.pk:
            # Nobody locks themselves out of the admin.
            fields += ("is_active", "is_staff", "is_superuser")
        if not cast("User", request.user).is_superuser:
            # Who may change people may not thereby make themselves administrators.
            fields += ("is_staff", "is_superuser", "groups", "user_permissions")
        return fields

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not cast("User", request.user).is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False
