"""Settings: everything that a site's owner may choose is read from the environment here."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.utils.csp import CSP
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from chatsite import env
from chatsite.headers import add_static_headers
from chatsite.vault import keep_private, load_secrets

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where it runs -------------------------------------------------------------------------

DEBUG = env.boolean("DEBUG", False)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, at_least=0, at_most=65535)
LOOPBACK = HOST in {"127.0.0.1", "localhost", "::1"}
CHAT_URL = env.url("CHAT_URL", schemes=("http", "https"))
HTTPS = CHAT_URL.startswith("https://")
# Other sites' pages that may open the JSON socket.
ALLOWED_ORIGINS = env.words("ALLOWED_ORIGINS")
# How many proxies of one's own add to X-Forwarded-For; with none it is not believed at all.
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, at_least=0, at_most=10)
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss"))

DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")
_secrets = load_secrets(DATA_DIR)
SECRET_KEY = env.text("SECRET_KEY", _secrets["SECRET_KEY"])
JWT_SIGNING_KEY = env.text("JWT_SIGNING_KEY", _secrets["JWT_SIGNING_KEY"])

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.words("ALLOWED_HOSTS")]
if CHAT_URL:
    ALLOWED_HOSTS.append(urlsplit(CHAT_URL).hostname or "")
if not LOOPBACK and HOST not in {"0.0.0.0", "::"}:
    ALLOWED_HOSTS.append(HOST)
CSRF_TRUSTED_ORIGINS = [CHAT_URL] if CHAT_URL else []

# --- What it is made of --------------------------------------------------------------------

INSTALLED_APPS = [
    "chatsite",  # before daphne, whose command it overrides
    "daphne",
    "accounts.admin_config.OwnAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "djoser",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks_db",
    "theme",  # before tailwind, whose command it overrides
    "tailwind",
    "accounts",
    "rooms",
]

MIDDLEWARE = [
    "chatsite.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "chatsite.static.StaticFiles",
    "chatsite.compression.PageCompression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.appearance.appearance",
                "rooms.views.sidebar.sidebar",
            ],
        },
    },
]

# --- Rows ----------------------------------------------------------------------------------

# A change is answered within 5 s (docs/protocol.md, promise 12): what SQLite waits fits in.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 3,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
        "PRAGMA busy_timeout=3000;PRAGMA foreign_keys=ON;"
    ),
}
# The same of PostgreSQL: who cannot be reached, has gone silent, or holds a lock.
_POSTGRESQL_OPTIONS = {
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    "options": "-c lock_timeout=4000",
}


def _database() -> dict[str, Any]:
    address = env.text("DATABASE_URL", "")
    if not address:
        path = DATA_DIR / "chatsite.sqlite3"
        keep_private(path)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": _SQLITE_OPTIONS,
            "TEST": {"NAME": env.text("TEST_DATABASE", str(DATA_DIR / "test.sqlite3"))},
        }
    database: dict[str, Any] = dict(dj_database_url.parse(address, conn_max_age=0))
    if database["ENGINE"].endswith("postgresql"):
        database["OPTIONS"] = _POSTGRESQL_OPTIONS | database.get("OPTIONS", {})
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Counters of tries to sign in live here; they must not push each other out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Between processes ---------------------------------------------------------------------

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
if REDIS_URL:
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": REDIS_URL,
                    # Without these the layer gives up on the first stale connection, or outlives a
                    # restart of Redis as a zombie that hears nothing.
                    "retry": Retry(ExponentialBackoff(cap=1, base=0.05), 20),
                    "retry_on_error": [RedisConnectionError, RedisTimeoutError],
                    "health_check_interval": 10,
                    "socket_keepalive": True,
                }
            ]
        },
    }

# --- People --------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["accounts.hashing.BoundedPBKDF2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "display_name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rooms.api.parsers.StrictJSONParser"],
    "EXCEPTION_HANDLER": "rooms.api.problems.answer_problem",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SIMPLE_JWT = {
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "CHECK_REVOKE_TOKEN": True,
    "UPDATE_LAST_LOGIN": False,
}

DJOSER = {
    "SERIALIZERS": {
        "user_create": "accounts.api.serializers.RegistrationSerializer",
        "user": "accounts.api.serializers.CurrentUserSerializer",
        "current_user": "accounts.api.serializers.CurrentUserSerializer",
    },
    "TOKEN_MODEL": None,
    "HIDE_USERS": True,
    "SEND_ACTIVATION_EMAIL": False,
    "SEND_CONFIRMATION_EMAIL": False,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Chatsite",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Limits (docs/protocol.md) -------------------------------------------------------------

# docs/decisions/0007-wire.md; without it every frame takes the ASGI server's own `send`.
FAST_WIRE = env.boolean("FAST_WIRE", True)

RATE_LIMITS = env.boolean("RATE_LIMITS", True)
MESSAGES_PER_SECOND = env.integer("MESSAGES_PER_SECOND", 5, at_least=1, at_most=10_000)
MESSAGE_BURST = env.integer("MESSAGE_BURST", 20, at_least=1, at_most=100_000)
SIGN_INS_PER_ADDRESS = env.integer("SIGN_INS_PER_ADDRESS", 30, at_least=1, at_most=100_000)
SIGN_INS_PER_NAME = env.integer("SIGN_INS_PER_NAME", 10, at_least=1, at_most=100_000)
PASSWORD_CHECKS_PER_USER = env.integer("PASSWORD_CHECKS_PER_USER", 10, at_least=1, at_most=100_000)
REGISTRATIONS_PER_ADDRESS = env.integer(
    "REGISTRATIONS_PER_ADDRESS", 10, at_least=1, at_most=100_000
)
# A minute's refreshes, looks at tokens and changes of profiles.
REFRESHES_PER_USER = env.integer("REFRESHES_PER_USER", 60, at_least=1, at_most=100_000)
TOKEN_CHECKS_PER_ADDRESS = env.integer("TOKEN_CHECKS_PER_ADDRESS", 120, at_least=1, at_most=100_000)
PROFILE_CHANGES_PER_USER = env.integer("PROFILE_CHANGES_PER_USER", 30, at_least=1, at_most=100_000)
PROFILE_CHANGES_PER_ADDRESS = env.integer(
    "PROFILE_CHANGES_PER_ADDRESS", 120, at_least=1, at_most=100_000
)
# Passwords being hashed at the same time, and the seconds that the next one waits for its turn.
HASHINGS_AT_ONCE = env.integer("HASHINGS_AT_ONCE", 2, at_least=1, at_most=64)
HASHING_WAIT = env.integer("HASHING_WAIT", 20, at_least=1, at_most=60)
SOCKETS_PER_USER = env.integer("SOCKETS_PER_USER", 20, at_least=1, at_most=100_000)
MAX_CONTENT = env.integer("MAX_CONTENT", 4_000, at_least=1, at_most=40_000)
MAX_BODY = env.integer("MAX_BODY", 1024 * 1024, at_least=64 * 1024, at_most=2**30)
MAX_FRAME = env.integer("MAX_FRAME", 64 * 1024, at_least=1024, at_most=1024 * 1024)
MAX_REPLAY = env.integer("MAX_REPLAY", 5_000, at_least=1, at_most=1_000_000)
OUTBOX_BYTES = env.integer("OUTBOX_BYTES", 256 * 1024, at_least=1024, at_most=2**30)

# --- Words and times -----------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Files ---------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "chatsite.bundles.JoinedFiles",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "chatsite.static.VersionedStaticStorage"},
}
MEDIA_ROOT = DATA_DIR / "uploads"
# Files are found where they lie, so that nobody has to run collectstatic.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 365 * 86400
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers
TAILWIND_APP_NAME = "theme"
TAILWIND_USE_STANDALONE_BINARY = True

# --- Browsers' safety ----------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 86400
    # Not the subdomains, nor for ever in browsers' lists: those are not this site's to bind.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- Logs ----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "redact": {"()": "chatsite.logs.Redact"},
        "in_one_line": {"()": "chatsite.logs.InOneLine"},
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["redact"],
            "formatter": "line",
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "accounts": {"level": "INFO"},
        "rooms": {"level": "INFO"},
        "chatsite": {"level": "INFO"},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Anybody can send a wrong Host.
        "django.security.DisallowedHost": {"filters": ["in_one_line"]},
        "daphne": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "uvicorn": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
