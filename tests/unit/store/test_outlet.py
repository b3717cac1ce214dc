"""An answer leaves in frames, packed if wanted, and never beyond its bounds."""

import json
import socket
import threading
import time
import zlib

import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from bionrw.store import wire
from bionrw.store.outlet import AnswerTooLarge, Bounds, NoXml, Outlet
from bionrw.store.rows import RowCounter

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
FORMATS = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
NASTY = ('},{"', '},{"},{",', '"', "\n", "\r\n", '""', "<result>", "{}", "}},", "\\", "a,b", "\t")


def sent(write, encoding="", media_type="text/csv", bounds=None):
    """Return the frames that reach the other end."""
    here, there = socket.socketpair()
    frames: list[tuple[bytes, bytes]] = []

    def receive():
        while not frames or frames[-1][0] not in wire.ENDS:
            frames.append(wire.receive(there))

    with here, there:
        thread = threading.Thread(target=receive)
        thread.start()
        outlet = Outlet(here, media_type, encoding, bounds)
        write(outlet)
        here.sendall(outlet.finish())
        thread.join()
    return frames


@pytest.mark.parametrize("size", [0, 1, wire.FRAME_BYTES, 3 * wire.FRAME_BYTES + 5])
@pytest.mark.parametrize(
    ("encoding", "unpack"),
    [
        ("", bytes),
        ("gzip", lambda data: zlib.decompress(data, 31)),
        ("zstd", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data)),
    ],
)
def test_the_bytes_arrive_as_they_were_written(size, encoding, unpack):
    whole = bytes(index % 251 for index in range(size))

    def write(outlet):
        for at in range(0, size, 8191):
            outlet.write(whole[at : at + 8191])

    frames = sent(write, encoding)
    packed = bool(encoding) and size >= 1024
    assert frames[-1][0] == (wire.PACKED_LAST if packed else wire.LAST)
    data = b"".join(payload for _, payload in frames)
    assert (unpack(data) if packed else data) == whole


def test_the_first_packed_frame_can_be_read_at_once():
    first = sent(lambda outlet: outlet.write(b"row\n" * 100_000), "gzip")[0]
    assert first[0] == wire.PACKED_MORE
    assert len(zlib.decompressobj(31).decompress(first[1])) == wire.FRAME_BYTES


@pytest.mark.parametrize("step", [1000, 8192, wire.FRAME_BYTES, 6 * wire.FRAME_BYTES])
def test_the_first_frame_is_small_and_all_but_the_last_are_full(step):
    whole = bytes(index % 251 for index in range(5 * wire.FRAME_BYTES + 7))

    def write(outlet):
        for at in range(0, len(whole), step):
            assert outlet.write(whole[at : at + step]) == len(whole[at : at + step])

    frames = sent(write)
    full = wire.FRAME_BYTES
    assert [len(payload) for _, payload in frames] == [full, 2 * full, 2 * full, 7]
    assert b"".join(payload for _, payload in frames) == whole


def test_a_slow_answer_does_not_wait_for_a_large_frame():
    def write(outlet):
        outlet.write(b"a" * wire.FRAME_BYTES)
        outlet.write(b"b" * (wire.FRAME_BYTES - 1))
        time.sleep(0.06)
        outlet.write(b"c")

    sizes = [len(payload) for _, payload in sent(write)]
    assert sizes == [wire.FRAME_BYTES, wire.FRAME_BYTES, 0]


def rows_of(values, media_type):
    """Return an answer of the engine's, one row for each value."""
    terms = " ".join(f"({ox.Literal(value)} UNDEF) (UNDEF 1)" for value in values)
    found = ox.Store().query(f"SELECT * {{ VALUES (?a ?b) {{ {terms} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return found.serialize(format=FORMATS[media_type])


WORDS = st.sampled_from(NASTY) | st.text(st.sampled_from('},{"<>x\n\r\\'), max_size=8)


@pytest.mark.parametrize("media_type", FORMATS)
@given(values=st.lists(WORDS, max_size=6), step=st.integers(1, 40))
def test_rows_are_counted_exactly_however_they_come(media_type, values, step):
    counter = RowCounter(media_type)
    data = rows_of(values, media_type)
    count = 0
    for at in range(0, len(data), step):
        count = counter.add(data[at : at + step])
    # JSON tells a row by what stands before the next one, so none counts as one there.
    assert count == max(2 * len(values), int(media_type == JSON))


def test_the_rows_of_json_are_counted():
    data = rows_of(["a", "b", "c"], JSON)
    assert len(json.loads(data)["results"]["bindings"]) == 6
    assert RowCounter(JSON).add(data) == 6


LINES = [b"?a\n", *[b"123456789\n"] * 9, b"123456\n"]


def write_all(outlet, parts):
    for part in parts:
        outlet.write(part)
    outlet.finish()


@pytest.fixture
def channel():
    here, there = socket.socketpair()
    with here, there:
        yield here


@pytest.mark.parametrize(("bounds", "fault"), [(Bounds(most_bytes=99), "bytes"), (Bounds(0, 9), "rows")])
def test_a_bound_is_told_when_it_is_passed(channel, bounds, fault):
    outlet = Outlet(channel, "text/tab-separated-values", "", bounds)
    with pytest.raises(AnswerTooLarge):
        write_all(outlet, LINES)
    assert outlet.fault == fault


def test_a_bound_that_is_reached_is_not_passed(channel):
    outlet = Outlet(channel, "text/tab-separated-values", "", Bounds(len(b"".join(LINES)), 10))
    write_all(outlet, LINES)
    assert outlet.fault == ""


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize("value", ["x", *NASTY])
def test_a_bound_on_rows_is_exact_over_many_frames(media_type, value):
    data = rows_of([value * 30] * 5000, media_type)
    assert len(data) > 2 * wire.FRAME_BYTES

    def write(outlet):
        for at in range(0, len(data), 8192):
            outlet.write(data[at : at + 8192])

    assert b"".join(part for _, part in sent(write, media_type=media_type, bounds=Bounds(0, 10_000)))
    here, there = socket.socketpair()
    with here, there:
        thread = threading.Thread(target=lambda: [None for _ in iter(lambda: there.recv(1 << 20), b"")])
        thread.start()
        outlet = Outlet(here, media_type, "", Bounds(0, 9_999))
        with pytest.raises(AnswerTooLarge):
            write_all(outlet, [data])
        assert outlet.fault == "rows"
        here.close()
        thread.join()


NO_XML = (b"<literal>\x01", b"a\xef\xbf\xbe", b"\xef\xbf\xbf", b"<oxprefix: xmlns", b"</oxprefix:>\x00")


@pytest.mark.parametrize("data", NO_XML)
def test_what_no_xml_parser_reads_is_seen_where_two_frames_meet(data):
    for cut in range(1, len(data)):
        here, there = socket.socketpair()
        with here, there:
            here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * wire.FRAME_BYTES)
            outlet = Outlet(here, XML)
            with pytest.raises(NoXml):
                write_all(outlet, (b"x" * (wire.FRAME_BYTES - cut), data))
            assert outlet.fault == "xml"


FINE_XML = ("\t\n\r", "\ufffd\uff21\ufeff", "\ufffc", "<oxprefix:a", "<oxprefix", "\x7f\x80")


@pytest.mark.parametrize("text", FINE_XML)
def test_what_an_xml_parser_reads_is_sent(text):
    whole = (text * 20_000).encode()
    got = b"".join(part for _, part in sent(lambda outlet: outlet.write(whole), media_type=XML))
    assert got == whole.replace(b"\r", b"&#13;")


@pytest.mark.parametrize("media_type", [XML, "application/rdf+xml"])
@pytest.mark.parametrize("data", NO_XML)
def test_what_no_xml_parser_reads_is_not_sent(channel, media_type, data):
    for cut in range(1, len(data)):
        outlet = Outlet(channel, media_type)
        with pytest.raises(NoXml):
            write_all(outlet, (data[:cut], data[cut:]))
        assert outlet.fault == "xml"
    plain = Outlet(channel, JSON)
    write_all(plain, [data])
    assert plain.fault == ""
