"""The messages that attacks are made of, as bytes; nothing in them is made safe on the way."""

from urllib.parse import quote_plus, urlencode

HOST = "Host: 127.0.0.1"
ENDPOINT = "/sparql"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
NOTHING = "ASK {}"

Text = str | bytes


def message(start: Text, *fields: Text, body: bytes = b"") -> bytes:
    """Return a message of these lines; only what is given is in it, not even a length."""
    return b"\r\n".join([*map(_bytes, (start, *fields)), b"", body])


def request(method: str, target: Text, *fields: Text, body: bytes | None = None) -> bytes:
    """Return a request with Host and, where there is a body, its length; it closes the connection."""
    length = [] if body is None else [f"Content-Length: {len(body)}"]
    start = b" ".join([method.encode(), _bytes(target), b"HTTP/1.1"])
    return message(start, HOST, "Connection: close", *fields, *length, body=body or b"")


def get(target: Text, *fields: Text) -> bytes:
    """Return a GET request for `target` as it stands."""
    return request("GET", target, *fields)


def query_get(text: str, *fields: Text, **parameters: str) -> bytes:
    """Return a query by GET."""
    return get(f"{ENDPOINT}?{urlencode({'query': text, **parameters})}", *fields)


def post(content_type: str, body: bytes, *fields: Text, target: str = ENDPOINT) -> bytes:
    """Return a POST of `body` to the endpoint."""
    return request("POST", target, f"Content-Type: {content_type}", *fields, body=body)


def query_post(text: str, *fields: Text) -> bytes:
    """Return a query by direct POST."""
    return post(QUERY, text.encode("utf-8", "surrogatepass"), *fields)


def form_post(*fields: Text, **parameters: str) -> bytes:
    """Return a POST of a form."""
    return post(FORM, urlencode(parameters).encode(), *fields)


def update_post(text: str, *fields: Text) -> bytes:
    """Return an update by direct POST."""
    return post(UPDATE, text.encode(), *fields)


def escaped(text: str) -> str:
    """Return `text` as a value in a query string."""
    return quote_plus(text)


def chunked(*chunks: bytes) -> bytes:
    """Return a chunked body (RFC 9112, section 7.1)."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


def _bytes(text: Text) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")
