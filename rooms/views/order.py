"""The order of rooms in lists: as people look for them."""

from django.db.models import Value
from django.db.models.functions import Coalesce, Lower, NullIf


def called(path: str = "") -> Lower:
    """What people call the room that lies at `path` of a query: its title, else its address."""
    return Lower(Coalesce(NullIf(f"{path}title", Value("")), f"{path}name"))
