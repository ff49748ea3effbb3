"""Whatever goes wrong in the API, told as RFC 9457's `application/problem+json`."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.log import log_response
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from rooms.refusals import (
    BadFields,
    BadJson,
    Forbidden,
    NotFound,
    RateLimited,
    Refusal,
    StorageUnavailable,
    TooLong,
)

MEDIA_TYPE = "application/problem+json"

# 400 for the others: they say that the body or the address was wrong.
_STATUS = {
    "not_found": 404,
    "forbidden": 403,
    "archived": 403,
    "read_only": 403,
    "id_conflict": 409,
    "taken": 409,
    "rate_limited": 429,
    "internal": 500,
    "storage_unavailable": 503,
}


class Internal(Refusal):
    """Our fault: what it was is in the log."""

    code = "internal"


def answer_problem(problem: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a view of the API raised (REST framework's EXCEPTION_HANDLER)."""
    if isinstance(problem, exceptions.APIException):
        refusal = _asked_wrongly(problem)
        if refusal is None:
            return _refused_before(problem)
    else:
        refusal = _refusal(problem)
    response = _answer(refusal)
    if response.status_code >= 500:
        log_response(
            "%s: %s",
            refusal.code,
            # Without the query, which may hold what nobody but the sender should read.
            context["request"].path,
            response=response,
            request=context["request"],
            # A disk that is full refuses every post: what is expected needs no traceback each time.
            exception=problem if response.status_code == 500 else None,
        )
    return response


def _asked_wrongly(problem: exceptions.APIException) -> Refusal | None:
    """The framework's exceptions that say what ours say too."""
    match problem:
        case exceptions.ValidationError():
            return BadFields(_errors(problem.detail))
        case exceptions.ParseError():
            return BadJson()
        case exceptions.NotFound():
            return NotFound()
        case exceptions.Throttled():
            return RateLimited(retry_after=math.ceil(getattr(problem, "wait", None) or 1))
    return None


def _refusal(problem: Exception) -> Refusal:
    match problem:
        case Refusal():
            return problem
        case Http404():
            return NotFound()
        case PermissionDenied():
            return Forbidden()
        case RequestDataTooBig() | TooManyFieldsSent():
            return TooLong()
        case OperationalError() | InterfaceError():
            return StorageUnavailable()
    return Internal(_("Something went wrong on our side."))


def _answer(refusal: Refusal) -> Response:
    status = _STATUS.get(refusal.code, 400)
    headers = {}
    if status == 429:
        headers["Retry-After"] = str(refusal.retry_after or 1)
    errors = refusal.errors if isinstance(refusal, BadFields) else None
    return _problem(status, refusal.code, str(refusal.detail), errors=errors, headers=headers)


def _refused_before(problem: exceptions.APIException) -> Response:
    """Asked by nobody, by the wrong method or in a wrong type: refused at the threshold."""
    headers = {}
    challenge = getattr(problem, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    detail = problem.detail
    if isinstance(problem, exceptions.AuthenticationFailed):
        # One code for all reasons why a token is no good: the cure is the same, a fresh one.
        code, detail = "token_not_valid", _told(detail)
    else:
        code = problem.default_code
    return _problem(problem.status_code, code, str(detail), headers=headers)


def _told(detail: Any) -> Any:
    """simplejwt wraps its reasons in a dict."""
    return detail.get("detail", "") if isinstance(detail, dict) else detail


def _errors(detail: Any) -> dict[str, list[str]]:
    if not isinstance(detail, dict):
        return {"non_field_errors": _flat(detail)}
    return {str(field): _flat(reasons) for field, reasons in detail.items()}


def _flat(reasons: Any) -> list[str]:
    if isinstance(reasons, dict):
        reasons = list(reasons.values())
    if isinstance(reasons, list):
        return [reason for each in reasons for reason in _flat(each)]
    return [str(reasons)]


def _problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {
        # No page of its own describes a code, so that the type is the status (RFC 9457, 4.2.1).
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors is not None:
        body["errors"] = errors
    return Response(body, status, headers=headers, content_type=MEDIA_TYPE)
