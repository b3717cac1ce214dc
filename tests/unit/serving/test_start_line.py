"""A first line with an unknown method is judged when it is whole, or too long to wait for."""

import pytest

from bionrw.serving.refusal import Cause
from bionrw.serving.start_line import judge


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"FOO / HTTP/1.1\r\n", Cause.METHOD),
        (b"\r\nFOO / HTTP/1.0\nHost: x", Cause.METHOD),
        (b"FOO http://a.example/b?c HTTP/1.9\r\n", Cause.METHOD),
        (b"FOO / HTTP/2.0\r\n", Cause.VERSION),
        (b"FOO / HTTP/0.9\r\n", Cause.VERSION),
        (b"FOO / HTTP/1.1", None),
        (b"FO", None),
        (b"FOO " + b"x" * 100, None),
        (b"FOO " + b"x" * 9000, Cause.METHOD),
        (b"FOO " + b"x" * 9000 + b" HTTP/1.1\r\n", Cause.METHOD),
        (b"FOO /\r\n", Cause.MALFORMED),
        (b"FOO  / HTTP/1.1\r\n", Cause.MALFORMED),
        (b"FOO / HTTQ/1.1\r\n", Cause.MALFORMED),
        (b"FOO / HTTP/1.1 \r\n", Cause.MALFORMED),
        (b"F\x00O", Cause.MALFORMED),
        (b"(FOO) / HTTP/1.1\r\n", Cause.MALFORMED),
        (b"\x16\x03\x01", Cause.MALFORMED),
        (b"", Cause.MALFORMED),
    ],
)
def test_a_line_is_judged(data: bytes, cause: Cause | None) -> None:
    assert judge(data) is cause
