"""The site's settings, but a password's hash costs nothing: for sites of which it is not tested."""

from chatsite.settings import *  # noqa: F403
from chatsite.settings import PASSWORD_HASHERS as _SLOW

# What was hashed slowly is understood too.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *_SLOW]
