"""The five addresses of /api/auth/, each spelled out: nothing of djoser's is open by accident."""

from django.urls import path

from accounts.api import (
    schema,  # noqa: F401 (importing it is what registers it with drf-spectacular)
    views,
)

urlpatterns = [
    path("users/", views.register, name="api-register"),
    path("users/me/", views.me, name="api-me"),
    path("jwt/create/", views.TokenPairView.as_view(), name="jwt-create"),
    path("jwt/refresh/", views.TokenRefresh.as_view(), name="jwt-refresh"),
    path("jwt/verify/", views.TokenVerify.as_view(), name="jwt-verify"),
]
