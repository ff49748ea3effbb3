"""How the OpenAPI document names the bearer token."""

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme


class BearerScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]  # its base has no types
    """drf-spectacular finds it by its target."""

    target_class = "accounts.api.authentication.BearerAuthentication"
    name = "bearer"
