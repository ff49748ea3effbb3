"""`manage.py new_epoch`."""

import io

import pytest
from django.core.management import call_command

from rooms.models import Site

pytestmark = pytest.mark.django_db


def test_it_gives_the_site_another_epoch_and_says_which() -> None:
    before = Site.current_epoch()
    told = io.StringIO()
    call_command("new_epoch", stdout=told)
    assert Site.current_epoch() != before
    assert Site.current_epoch() in told.getvalue()


def test_a_site_that_had_none_gets_one() -> None:
    Site.objects.all().delete()
    call_command("new_epoch", stdout=io.StringIO())
    assert Site.objects.count() == 1
