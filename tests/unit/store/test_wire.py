"""Frames arrive as they were sent, or not at all."""

import socket
import threading
import time

import pytest

from bionrw.store import wire


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    with here, there:
        yield here, there


@pytest.mark.parametrize("size", [0, 1, wire.FRAME_BYTES, 5 * wire.FRAME_BYTES])
def test_a_frame_arrives_whole(ends, size):
    here, there = ends
    payload = bytes(index % 251 for index in range(size))
    sender = threading.Thread(target=wire.send, args=(here, wire.MORE, payload))
    sender.start()
    assert wire.receive(there) == (wire.MORE, payload)
    sender.join()


def test_frames_keep_their_order(ends):
    here, there = ends
    for kind in (wire.ASK, wire.MORE, wire.LAST):
        wire.send(here, kind, kind * 3)
    received = [wire.receive(there, time.monotonic() + 1) for _ in range(3)]
    assert received == [(kind, kind * 3) for kind in (wire.ASK, wire.MORE, wire.LAST)]


@pytest.mark.parametrize("sent", [b"", b"M", b"M\x00\x00\x00\x09half"])
def test_an_end_that_hangs_up_ends_the_frames(ends, sent):
    here, there = ends
    here.sendall(sent)
    here.close()
    with pytest.raises(EOFError):
        wire.receive(there)


@pytest.mark.parametrize("sent", [b"", b"M\x00\x00\x00\x09half"])
def test_a_frame_that_is_late_is_not_waited_for(ends, sent):
    here, there = ends
    here.sendall(sent)
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(there, begin + 0.1)
    assert 0.05 < time.monotonic() - begin < 1.0


def test_a_time_that_is_past_is_late_even_if_the_frame_is_there(ends):
    here, there = ends
    wire.send(here, wire.LAST)
    with pytest.raises(TimeoutError):
        wire.receive(there, time.monotonic() - 1)
