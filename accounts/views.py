"""The pages of one's own account."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, throttle
from accounts.addresses import client_address, peer_address
from accounts.appearance import CHOICES, keep_theme
from accounts.away import tells_when_away
from accounts.forms import PasswordForm, ProfileForm, RegistrationForm, SignInForm
from accounts.models import User

_pages = require_http_methods(["GET", "HEAD", "POST"])


@tells_when_away
@never_cache
@sensitive_post_parameters("password", "setup_token")
@_pages
def register_page(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    form = RegistrationForm(
        _sent(request), initial={"setup_token": request.GET.get("setup_token", "")}
    )
    if not form.is_valid():
        return _show(request, "accounts/register.html", form)
    try:
        with throttle.registration(client_address(request.META)):
            person = actions.register(**form.cleaned_data, peer=peer_address(request.META))
    except (ValidationError, throttle.TooMany) as refusal:
        return _refuse(request, "accounts/register.html", form, refusal)
    login(request, person)
    return redirect("home")


@tells_when_away
@never_cache
@sensitive_post_parameters("password")
@_pages
def login_page(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    form = SignInForm(_sent(request), initial={"next": request.GET.get("next", "")})
    if not form.is_valid():
        return _show(request, "accounts/login.html", form)
    name, password = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        with throttle.sign_in(client_address(request.META), name):
            person = _prove(request, name, password)
    except (ValidationError, throttle.TooMany) as refusal:
        return _refuse(request, "accounts/login.html", form, refusal)
    login(request, person)
    return redirect(_own_address(request, form.cleaned_data["next"]) or "home")


@tells_when_away
@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        person, key = _person(request), request.session.session_key
        logout(request)
        actions.end_session(person, key or "")
    return redirect("login")


@tells_when_away
@sensitive_post_parameters("current_password")
@login_required
@_pages
def profile_page(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    form = ProfileForm(
        _sent(request), initial={"display_name": person.display_name, "email": person.email}
    )
    if not form.is_valid():
        return _show(request, "accounts/profile.html", form)
    email, password = form.cleaned_data["email"], form.cleaned_data["current_password"]
    try:
        throttle.profile_change(person, client_address(request.META))
        if email != person.email:
            with throttle.password_check(person):
                actions.change_email(person, email, current_password=password)
        actions.change_profile(person, display_name=form.cleaned_data["display_name"])
    except (ValidationError, throttle.TooMany) as refusal:
        return _refuse(request, "accounts/profile.html", form, refusal)
    messages.success(request, _("Saved."))
    return redirect("profile")


@tells_when_away
@sensitive_post_parameters("current_password", "new_password")
@login_required
@_pages
def password_page(request: HttpRequest) -> HttpResponse:
    person = _person(request)
    form = PasswordForm(_sent(request))
    if not form.is_valid():
        return _show(request, "accounts/password.html", form)
    key = request.session.session_key
    try:
        with throttle.password_check(person):
            actions.require_password(person, form.cleaned_data["current_password"])
        actions.change_password(person, form.cleaned_data["new_password"], keep_session=key)
    except (ValidationError, throttle.TooMany) as refusal:
        return _refuse(request, "accounts/password.html", form, refusal)
    # The action wrote it into the session's row; what this request holds of it must not undo that.
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    messages.success(request, _("Your password is changed. Every other login has ended."))
    return redirect("profile")


@require_POST
def theme_page(request: HttpRequest) -> HttpResponse:
    """Takes it from strangers too: the choice is the device's."""
    theme = CHOICES.get(request.POST.get("theme", ""))
    if theme is None:
        raise BadRequest
    response = redirect("profile")
    response.status_code = 303
    keep_theme(response, theme)
    return response


def _prove(request: HttpRequest, username: str, password: str) -> User:
    person = authenticate(request, username=username, password=password)
    if person is None:
        # The same words and the same work for unknown names, wrong passwords and inactive people.
        raise ValidationError(_("Name and password do not match."))
    return person


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _own_address(request: HttpRequest, address: str) -> str:
    is_own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_own else ""


def _show(request: HttpRequest, page: str, form: Form) -> HttpResponse:
    return render(request, page, {"form": form}, status=422 if form.errors else 200)


def _refuse(
    request: HttpRequest, page: str, form: Form, refusal: ValidationError | throttle.TooMany
) -> HttpResponse:
    if isinstance(refusal, ValidationError):
        form.add_error(None, refusal)
        return _show(request, page, form)
    form.add_error(None, refusal.told())
    response = render(request, page, {"form": form}, status=429)
    response.headers["Retry-After"] = str(refusal.wait)
    return response
