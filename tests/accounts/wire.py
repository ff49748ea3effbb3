"""JSON to and from the API, as a bot sends it."""

import json
from typing import Any

from django.test import Client


class Api:
    """Sends JSON, with a bearer token if it has one."""

    def __init__(self, token: str = "", address: str = "127.0.0.1") -> None:
        self.client = Client(REMOTE_ADDR=address, raise_request_exception=True)
        self.headers = {"authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: Any) -> Any:
        return self.send("POST", path, json.dumps(body).encode())

    def patch(self, path: str, body: Any) -> Any:
        return self.send("PATCH", path, json.dumps(body).encode())

    def send(
        self, method: str, path: str, body: bytes, content_type: str = "application/json"
    ) -> Any:
        return self.client.generic(
            method, path, body, content_type=content_type, headers=self.headers
        )
