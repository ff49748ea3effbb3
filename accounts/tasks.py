"""Background work on accounts."""

import logging

from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet
from django.tasks import task
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

logger = logging.getLogger(__name__)

# A long deletion would keep everybody who writes waiting.
_AT_ONCE = 500


@task
def flush_expired() -> None:
    """Deletes sessions and refresh tokens (with their place on the blacklist) that have expired."""
    now = timezone.now()
    sessions = _delete_in_pieces(Session.objects.filter(expire_date__lt=now))
    tokens = _delete_in_pieces(OutstandingToken.objects.filter(expires_at__lt=now))
    logger.info("Flushed %d sessions and %d tokens that had expired.", sessions, tokens)


def _delete_in_pieces[M: Model](expired: QuerySet[M]) -> int:
    total = 0
    while keys := list(expired.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        expired.model._default_manager.filter(pk__in=keys).delete()
        total += len(keys)
    return total
