"""Rows, their constraints, and QuerySets that speak."""

from rooms.models.membership import Membership
from rooms.models.message import Message, Reaction
from rooms.models.room import GENERAL, Room, RoomHead, Site

__all__ = ["GENERAL", "Membership", "Message", "Reaction", "Room", "RoomHead", "Site"]
