"""A test client for an ASGI application, with the calls and responses of Flask's."""

import asyncio
from urllib.parse import quote

from werkzeug.datastructures import EnvironHeaders
from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request


class GatewayClient:
    """Sends each request in an event loop of its own; a fault in mid-answer is raised by who reads it."""

    def __init__(self, application):
        self.application = application

    def open(self, *args, **options):
        builder = EnvironBuilder(*args, **options)
        try:
            request = builder.get_request()
        finally:
            builder.close()
        status, headers, parts, fault = asyncio.run(self._send(_scope(request), request.get_data()))
        if status is None:
            raise fault
        return TestResponse(_body(parts, fault), str(status), headers, request=request)

    def get(self, *args, **options):
        return self.open(*args, method="GET", **options)

    def head(self, *args, **options):
        return self.open(*args, method="HEAD", **options)

    def post(self, *args, **options):
        return self.open(*args, method="POST", **options)

    def put(self, *args, **options):
        return self.open(*args, method="PUT", **options)

    def patch(self, *args, **options):
        return self.open(*args, method="PATCH", **options)

    def delete(self, *args, **options):
        return self.open(*args, method="DELETE", **options)

    def options(self, *args, **options):
        return self.open(*args, method="OPTIONS", **options)

    async def _send(self, scope, body):
        status, headers, parts, fault = None, [], [], None
        asked = False

        async def receive():
            nonlocal asked
            if asked:
                await asyncio.Event().wait()  # this client stays until it has its answer
            asked = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            nonlocal status, headers
            if message["type"] == "http.response.start":
                assert status is None
                status = message["status"]
                headers = [(name.decode(), value.decode("latin-1")) for name, value in message["headers"]]
            else:
                assert status is not None
                parts.append(message.get("body", b""))

        try:
            await self.application(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - handed to who reads the answer
            fault = error
        return status, headers, parts, fault


def _scope(request: Request):
    fields = EnvironHeaders(request.environ)
    path = request.environ["PATH_INFO"].encode("latin-1")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": path.decode("utf-8", "replace"),
        "raw_path": quote(path).encode(),
        "query_string": request.query_string,
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in fields],
        "client": ("192.0.2.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


def _body(parts, fault):
    yield from parts
    if fault is not None:
        raise fault
