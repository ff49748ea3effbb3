"""Which admin site is the project's; INSTALLED_APPS names it in the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class OwnAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.OwnAdminSite"
