"""What the tutorial sets, with the layer in Redis where REDIS_URL names one."""

import os

SECRET_KEY = "of a server that holds nothing"  # noqa: S105 - nobody signs in
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ASGI_APPLICATION = "bench.peers.tutorial.asgi.application"
USE_TZ = True

_redis = os.environ.get("REDIS_URL", "")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [_redis]},
    }
    if _redis
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
