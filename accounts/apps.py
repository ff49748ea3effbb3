"""People: who they are and whether they still may."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
