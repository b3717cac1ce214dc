"""Requests that are known by their bytes: few, short ones, those that came last."""

from bionrw.web.cache import Key, Repeats


def key(number):
    return Key("GET", b"/sparql", b"query=%d" % number, b"", b"", "")


def test_what_was_learnt_is_found_and_nothing_else():
    repeats = Repeats()
    repeats.learn(b"GET / HTTP/1.1\r\n\r\n", key(1))
    assert repeats.find(b"GET / HTTP/1.1\r\n\r\n") == key(1)
    assert repeats.find(b"GET / HTTP/1.1\r\n\r") is None


def test_a_long_request_is_not_learnt():
    repeats = Repeats()
    repeats.learn(b"x" * 5000, key(1))
    assert repeats.find(b"x" * 5000) is None


def test_those_known_longest_are_forgotten_first():
    repeats = Repeats()
    for number in range(1500):
        repeats.learn(b"%d" % number, key(number))
    assert [number for number in range(1500) if repeats.find(b"%d" % number)] == list(range(476, 1500))
