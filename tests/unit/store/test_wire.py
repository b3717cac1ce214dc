"""Frames arrive as they were sent, or not at all."""

import socket
import threading

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


def test_a_frame_that_is_sent_in_pieces_arrives_whole(ends):
    here, there = ends
    # With a time limit the system takes what has room, and no more.
    here.settimeout(10)
    payload = bytes(index % 251 for index in range(64 * wire.FRAME_BYTES))
    sender = threading.Thread(target=wire.send, args=(here, wire.MORE, payload))
    sender.start()
    assert wire.receive(there) == (wire.MORE, payload)
    sender.join()


def test_frames_keep_their_order(ends):
    here, there = ends
    for kind in (wire.ASK, wire.MORE, wire.LAST):
        wire.send(here, kind, kind * 3)
    received = [wire.receive(there) for _ in range(3)]
    assert received == [(kind, kind * 3) for kind in (wire.ASK, wire.MORE, wire.LAST)]


@pytest.mark.parametrize("sent", [b"", b"M", b"M\x00\x00\x00\x09half"])
def test_an_end_that_hangs_up_ends_the_frames(ends, sent):
    here, there = ends
    here.sendall(sent)
    here.close()
    with pytest.raises(EOFError):
        wire.receive(there)


def split(stream, step):
    """Return the frames of a stream that comes in so many bytes at a time, or fewer for want of room."""
    splitter = wire.Splitter()
    while stream:
        room = splitter.room()
        count = min(step, len(stream), len(room))
        assert count > 0
        room[:count] = stream[:count]
        yield from splitter.filled(count)
        stream = stream[count:]


@pytest.mark.parametrize("step", [1, 3, 1000])
def test_frames_are_split_however_they_come_in(step):
    stream = b"".join(
        wire.pack(kind, kind * size) for kind, size in ((wire.MORE, 0), (wire.MORE, 700), (wire.LAST, 9))
    )
    frames = list(split(stream, step))
    assert frames == [(wire.MORE, b""), (wire.MORE, wire.MORE * 700), (wire.LAST, wire.LAST * 9)]


@pytest.mark.parametrize("step", [977, 36_000, wire.FRAME_BYTES, 10 * wire.FRAME_BYTES])
def test_frames_of_all_sizes_are_split_out_of_a_long_stream(step):
    sizes = [*[wire.FRAME_BYTES] * 9, 1, 0, 5 * wire.FRAME_BYTES, wire.FRAME_BYTES + 100, *range(40), 130_000]
    payloads = [bytes((number + index) % 251 for index in range(size)) for number, size in enumerate(sizes)]
    stream = b"".join(wire.pack(wire.MORE, payload) for payload in payloads)
    assert [payload for _, payload in split(stream, step)] == payloads


def test_a_frame_is_kept_though_more_bytes_come_in():
    """They are read into the same room."""
    got = list(split(wire.pack(wire.MORE, b"a" * 100) + wire.pack(wire.LAST, b"b" * 100), 105))
    assert got == [(wire.MORE, b"a" * 100), (wire.LAST, b"b" * 100)]
