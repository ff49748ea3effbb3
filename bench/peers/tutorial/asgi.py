"""The tutorial's stack: hosts and people are looked at before a socket is let in."""

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path

http = get_asgi_application()

# It may be imported only after Django is set up.
from bench.peers.tutorial.consumers import ChatConsumer  # noqa: E402

_sockets = URLRouter([re_path(r"^ws/chat/(?P<room_name>\w+)/$", ChatConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(_sockets)),
    }
)
