"""The project itself as an app: its system checks and commands."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ChatsiteConfig(AppConfig):
    name = "chatsite"

    def ready(self) -> None:
        from chatsite import checks  # noqa: F401 (importing registers them)
        from chatsite.upgrade import furnish

        post_migrate.connect(furnish, sender=apps.get_app_config("rooms"))
