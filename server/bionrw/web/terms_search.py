"""Find a term by words in English or German, whether with umlauts or without."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from bionrw.errors import BadRequest
from bionrw.web.resource import Piece

# As far as this a word may differ from what was meant ("organization" finds organisation), or its beginning
# from that of another word ("Förderung" finds Förderprogramm).
_LIKE = 0.78
_SAME_BEGINNING = 0.6
_SHORTEST_BEGINNING = 4
_MOST_NEAR = 6
LONGEST = 200
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A term or code that can be found: its names, what it is, its definitions, and further words.

    `names` begins with the one it is shown by; `also` are words that lead to it and are not shown.
    """

    href: str
    short: str
    kind: str
    names: tuple[Piece, ...]
    definitions: tuple[Piece, ...]
    also: tuple[str, ...] = ()
    code: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """What fits all words, best first, and what comes near when that is little."""

    found: tuple[Candidate, ...] = ()
    near: tuple[Candidate, ...] = ()


def read_words(text: str) -> str:
    """Return the words of a search with one blank between them; raise `BadRequest` for too many."""
    words = " ".join(text.split())
    if len(words) > LONGEST:
        message = f"A search may have {LONGEST} characters; use fewer words."
        raise BadRequest(message, {"parameter": "q"})
    return words


def search(words: str, candidates: Iterable[Candidate]) -> Findings:
    """Return the candidates that hold every one of `words` in a name, the short name or a definition."""
    wanted = [_forms(word) for word in words.split()]
    if not wanted:
        return Findings()
    known = list(candidates)
    ranks = [(candidate, _rank(wanted, words, candidate)) for candidate in known]
    found = _sorted(((rank, candidate) for candidate, rank in ranks if rank), wanted)
    if len(found) >= _MOST_NEAR:
        return Findings(found)
    likes = ((_nearness(wanted, candidate), candidate) for candidate, rank in ranks if not rank)
    near = _sorted(((-likeness, candidate) for likeness, candidate in likes if likeness), wanted)
    return Findings(found, near[:_MOST_NEAR])


def _sorted(
    ranked: Iterable[tuple[float, Candidate]], wanted: Sequence[tuple[str, str]]
) -> tuple[Candidate, ...]:
    """Return candidates by rank, terms before codes, then by likeness of the name, short ones first."""

    def place(item: tuple[float, Candidate]) -> tuple[float, bool, float, int, str, str]:
        rank, candidate = item
        name = _name(candidate)
        return (rank, candidate.code, -_likeness(wanted, candidate), len(name), name, candidate.href)

    return tuple(candidate for _, candidate in sorted(ranked, key=place))


def _forms(text: str) -> tuple[str, str]:
    """Return `text` without marks on letters, and with umlauts spelt out: Büro is found as buro and buero."""
    lower = unicodedata.normalize("NFC", text).casefold()
    return _bare(lower), _bare(lower.translate(_SPELT_OUT))


def fold(text: str) -> str:
    """Return `text` in small letters without marks, as words are sorted and compared."""
    return _forms(text)[0]


def _bare(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
    )


def _rank(wanted: Sequence[tuple[str, str]], words: str, candidate: Candidate) -> int:
    """Return a place from 1 (the name itself) on, or 0 when some word stands nowhere."""
    names = [_forms(name) for name in (*(name.text for name in candidate.names), candidate.short)]
    whole = _forms(" ".join(words.split()))
    if whole in names:
        return 1
    if any(_begins(name, whole) for name in names):
        return 2
    further = [_forms(text) for text in candidate.also]
    texts = [_forms(text.text) for text in candidate.definitions]
    for rank, places in ((3, names), (4, [*names, *further]), (5, [*names, *further, *texts])):
        if all(any(_holds(place, word) for place in places) for word in wanted):
            return rank
    return 0


def _begins(text: tuple[str, str], word: tuple[str, str]) -> bool:
    return any(one.startswith(other) for one, other in zip(text, word, strict=True))


def _holds(text: tuple[str, str], word: tuple[str, str]) -> bool:
    return any(other in one for one, other in zip(text, word, strict=True))


def _nearness(wanted: Sequence[tuple[str, str]], candidate: Candidate) -> float:
    """Return how near a candidate comes that does not hold all words: it may hold some, or like ones."""
    telling = [word for word in wanted if len(word[0]) >= _SHORTEST_BEGINNING]
    names = [_forms(text) for text in (*(name.text for name in candidate.names), candidate.short)]
    texts = [_forms(text.text) for text in candidate.definitions]
    held = sum(any(_holds(place, word) for place in (*names, *texts)) for word in telling)
    return held / len(wanted) + _likeness(wanted, candidate)


def _likeness(wanted: Sequence[tuple[str, str]], candidate: Candidate) -> float:
    """Return how near some word of the names comes to some wanted one, 0 when none is near."""
    known = {word for name in candidate.names for form in _forms(name.text) for word in form.split()}
    return max(
        (_resemblance(word, other) for form in wanted for word in form for other in known), default=0.0
    )


def _resemblance(word: str, other: str) -> float:
    """Return the share of letters that two words have in common, in front or in all; 0 when it is small."""
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    beginning = shared / len(word) if shared >= _SHORTEST_BEGINNING else 0.0
    whole = SequenceMatcher(None, word, other).ratio()
    return max(beginning if beginning >= _SAME_BEGINNING else 0.0, whole if whole >= _LIKE else 0.0)


def _name(candidate: Candidate) -> str:
    return candidate.names[0].text.casefold() if candidate.names else candidate.short
