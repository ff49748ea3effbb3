"""What a browser sends about accounts: shapes only, the actions know the rules."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.names import MAX_DISPLAY_NAME, MAX_TYPED_USERNAME, check_display_name
from accounts.passwords import MAX_PASSWORD


def _username() -> forms.CharField:
    return forms.CharField(
        label=_("Username"),
        max_length=MAX_TYPED_USERNAME,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


def _password(label: StrOrPromise, autocomplete: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX_PASSWORD,
        strip=False,
        required=required,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _email() -> forms.EmailField:
    return forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def _display_name() -> forms.CharField:
    return forms.CharField(
        label=_("Display name"),
        required=False,
        validators=[check_display_name],
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "maxlength": MAX_DISPLAY_NAME}),
    )


class RegistrationForm(forms.Form):
    """A new account. `setup_token` comes from the link that the first start prints."""

    username = _username()
    password = _password(_("Password"), "new-password")
    email = _email()
    display_name = _display_name()
    setup_token = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


class SignInForm(forms.Form):
    """Name and password, and where to go afterwards."""

    username = _username()
    password = _password(_("Password"), "current-password")
    next = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)


class ProfileForm(forms.Form):
    """What a person may change about themselves; the password only for another e-mail address."""

    display_name = _display_name()
    email = _email()
    current_password = _password(_("Current password"), "current-password", required=False)


class PasswordForm(forms.Form):
    """The password that was, and the one that shall be."""

    current_password = _password(_("Current password"), "current-password")
    new_password = _password(_("New password"), "new-password")
