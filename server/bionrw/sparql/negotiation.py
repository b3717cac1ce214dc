"""Choose the format of an answer from what the client accepts (RFC 9110, section 12.5.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.http import parse_list_header, parse_options_header

from bionrw.errors import NotAcceptable

_ANY = "*"
_NAMED = 2
_REFUSED = (0.0, _NAMED)
# Of a longer field only the beginning is read, for reading it all costs time; clients send 1 kB at most.
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range with its weight."""

    type: str
    subtype: str
    quality: float

    @property
    def precision(self) -> int:
        return (self.type != _ANY) + (self.subtype != _ANY)

    def covers(self, media_type: str) -> bool:
        kind, _, subtype = media_type.partition("/")
        return self.type in (_ANY, kind) and self.subtype in (_ANY, subtype)


def choose(accept: str, offers: Sequence[str], aliases: Mapping[str, Iterable[str]] | None = None) -> str:
    """Return the best of `offers`, which stand in the server's own order.

    The weight of an offer is that of the most precise range covering it, so a refusal (q=0) beats a
    wildcard. Equal weights: an offer that is named beats one that a wildcard covers, then the
    server's order counts. Parameters of a range (charset, profile, version) are read over. An offer
    may be asked for by other media types, too: its `aliases`.

    Raises `NotAcceptable` naming all offers.
    """
    ranges = _parse(accept)
    if not ranges:
        return offers[0]
    best, best_rank = "", (0.0, 0)
    for offer in offers:
        rank = _rank(offer, ranges, (aliases or {}).get(offer, ()))
        if rank[0] > 0 and rank > best_rank:
            best, best_rank = offer, rank
    if not best:
        detail = f"None of the media types you accept is on offer; ask for one of: {', '.join(offers)}."
        raise NotAcceptable(detail, {"offers": list(offers)})
    return best


def _rank(media_type: str, ranges: Sequence[_Range], aliases: Iterable[str]) -> tuple[float, int]:
    """Return weight and precision for an offer; an alias counts when it is named, a refusal beats it."""
    own = _covering(media_type, ranges)
    if own == _REFUSED:
        return own
    named = (rank for rank in (_covering(alias, ranges) for alias in aliases) if rank[1] == _NAMED)
    return max(own, *named, (0.0, 0))


def _covering(media_type: str, ranges: Sequence[_Range]) -> tuple[float, int]:
    """Return weight and precision of the most precise range that covers `media_type`."""
    ranks = [(item.precision, item.quality) for item in ranges if item.covers(media_type)]
    precision, quality = max(ranks, default=(0, 0.0))
    return quality, precision


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
            ranges.append(_Range(kind, subtype, quality))
    return ranges


def _weight(text: str) -> float | None:
    """Return the weight from 0 to 1 that `text` gives, None when it gives none."""
    plain = text.strip()
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit() or len(plain) > 8:
        return None
    weight = float(plain)
    return weight if weight <= 1 else None
