"""The trace of a request is taken from a sound `traceparent` only."""

import pytest

from bionrw.web.trace import new_trace, trace_of

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize(
    "value",
    [
        f"00-{TRACE}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-00",
        f" 00-{TRACE}-{PARENT}-01\t",
        f"01-{TRACE}-{PARENT}-01",
        f"cc-{TRACE}-{PARENT}-01-what-the-future-will-be",
    ],
)
def test_a_sound_field_names_its_trace(value):
    assert trace_of([(b"accept", b"*/*"), (b"traceparent", value.encode())]) == TRACE


@pytest.mark.parametrize(
    "value",
    [
        "",
        TRACE,
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE}-{PARENT}-1",
        f"00-{TRACE}-{PARENT}-01-more",  # version 00 has no more
        f"00-{TRACE}-{PARENT}-01-",
        f"cc-{TRACE}-{PARENT}-01.more",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[:-1]}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01\n",
        f"00-{TRACE}-{PARENT}-01, 00-{TRACE}-{PARENT}-01",
        "00-ß-b7ad6b7169203331-01",
    ],
)
def test_any_other_field_is_as_good_as_none(value):
    assert trace_of([(b"traceparent", value.encode("latin-1"))]) == ""


def test_two_fields_are_as_good_as_none():
    assert trace_of([(b"traceparent", f"00-{TRACE}-{PARENT}-01".encode())] * 2) == ""


def test_a_new_trace_can_be_passed_on():
    first, second = new_trace(), new_trace()
    assert first != second
    assert trace_of([(b"traceparent", f"00-{first}-{PARENT}-01".encode())]) == first
