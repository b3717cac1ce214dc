"""Choose the format of an answer from what the client accepts (RFC 9110, section 12.5.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from werkzeug.http import parse_list_header, parse_options_header

from bionrw.errors import NotAcceptable
from bionrw.sparql.versions import RDF_1_1, Version, version_named

_ANY = "*"
_NAMED = 2
_REFUSED = (0.0, _NAMED)
# Many name it who would rather have something else, so whatever else is named beats it.
_VAGUE = "text/plain"
# Of a longer field only the beginning is read, for reading it all costs time; clients send 1 kB at most.
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range with its weight, and the version of RDF that it asks for (None: it names none)."""

    type: str
    subtype: str
    quality: float
    version: Version | None = None

    @property
    def precision(self) -> int:
        return (self.type != _ANY) + (self.subtype != _ANY)

    def covers(self, media_type: str, least: Version) -> bool:
        kind, _, subtype = media_type.partition("/")
        fits = self.type in (_ANY, kind) and self.subtype in (_ANY, subtype)
        return fits and (self.version is None or self.version >= least)


@dataclass(frozen=True, slots=True)
class Choice:
    """A media type, and the version of RDF that the client wants it in (None: it does not say)."""

    media_type: str
    version: Version | None = None


class _Rank(NamedTuple):
    """How well a range fits an offer; the greater, the better."""

    quality: float = 0.0
    precision: int = 0
    version: Version | None = None


def choose(accept: str, offers: Sequence[str], aliases: Mapping[str, Iterable[str]] | None = None) -> str:
    """Return the best of `offers` for who does not care about versions; see `negotiate`."""
    return negotiate(accept, offers, aliases).media_type


def negotiate(
    accept: str,
    offers: Sequence[str],
    aliases: Mapping[str, Iterable[str]] | None = None,
    least: Version = RDF_1_1,
) -> Choice:
    """Return the best of `offers`, which stand in the server's own order.

    The weight of an offer is that of the most precise range covering it, so a refusal (q=0) beats a
    wildcard. Equal weights: an offer that is named beats one that a wildcard covers, then the
    server's order counts. An offer may be asked for by other media types, too: its `aliases`.

    A range with the parameter `version` covers what that version can hold (RDF 1.2 Concepts,
    section 2.1), and `least` is what the answer needs. Other parameters (charset, profile) are read
    over, and so is a version that RDF 1.2 does not name.

    Raises `NotAcceptable` naming all offers.
    """
    ranges = _parse(accept)
    if not ranges:
        return Choice(offers[0])
    best, best_rank = "", _Rank()
    for offer in offers:
        rank = _rank(offer, ranges, (aliases or {}).get(offer, ()), least)
        if rank.quality > 0 and rank[:2] > best_rank[:2]:
            best, best_rank = offer, rank
    if best:
        return Choice(best, best_rank.version)
    detail = f"None of the media types you accept is on offer; ask for one of: {', '.join(offers)}."
    if any(item.version is not None and item.version < least for item in ranges):
        detail += f" This answer may hold what RDF had only from version {least} on; accept that version."
    raise NotAcceptable(detail, {"offers": list(offers)})


def _rank(media_type: str, ranges: Sequence[_Range], aliases: Iterable[str], least: Version) -> _Rank:
    """Return how well an offer fits; an alias counts when it is named, a refusal beats it."""
    own = _covering(media_type, ranges, least)
    if own[:2] == _REFUSED:
        return own
    named = (_named_by(alias, ranges, least) for alias in aliases)
    return max(own, *named, _Rank(), key=_order)


def _named_by(alias: str, ranges: Sequence[_Range], least: Version) -> _Rank:
    rank = _covering(alias, ranges, least)
    if rank.precision < _NAMED:
        return _Rank()
    return rank._replace(precision=_NAMED - 1) if alias == _VAGUE else rank


def _covering(media_type: str, ranges: Sequence[_Range], least: Version) -> _Rank:
    """Return weight, precision and version of the most precise range that covers `media_type`."""
    covering = [item for item in ranges if item.covers(media_type, least)]
    best = max(covering, key=lambda item: (item.precision, item.quality), default=None)
    return _Rank(best.quality, best.precision, best.version) if best else _Rank()


def _order(rank: _Rank) -> tuple[float, int]:
    return rank.quality, rank.precision


def _parse(accept: str) -> list[_Range]:
    """Return the ranges that can be read; RFC 9110 lets a server disregard the field.

    The list and its parameters are werkzeug's to parse. Weights are read here, for werkzeug drops
    ranges with `q=.2`, which clients in the field send, and drops `*` for `*/*`.
    """
    ranges = []
    if len(accept) > _LONGEST:
        accept = accept[:_LONGEST].rpartition(",")[0]
    for item in parse_list_header(accept):
        name, options = parse_options_header(item)
        kind, slash, subtype = ("*/*" if name == _ANY else name).strip().lower().partition("/")
        quality = _weight(options.get("q", "1"))
        if kind and slash and subtype and quality is not None and (kind != _ANY or subtype == _ANY):
            ranges.append(_Range(kind, subtype, quality, version_named(options.get("version", ""))))
    return ranges


def _weight(text: str) -> float | None:
    """Return the weight from 0 to 1 that `text` gives, None when it gives none."""
    plain = text.strip()
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit() or len(plain) > 8:
        return None
    weight = float(plain)
    return weight if weight <= 1 else None
