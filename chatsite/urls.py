"""The site's addresses."""

from django.contrib import admin
from django.urls import include, path

from chatsite import offline

urlpatterns = [
    path("", include("rooms.urls")),
    path("accounts/", include("accounts.urls")),
    path("api/auth/", include("accounts.api.urls")),
    path("api/", include("rooms.api.urls")),
    path("admin/", admin.site.urls),
    path("offline/", offline.offline_page, name="offline"),
    path("service-worker.js", offline.service_worker, name="service-worker"),
]
