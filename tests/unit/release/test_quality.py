"""Each section of the quality report counts what it is about, and tells what is accepted from what is not."""

from pathlib import Path

import pytest

from bionrw.errors import SourceError
from bionrw.library import Library, Query
from bionrw.names import Names
from bionrw.release.evidence import Review
from bionrw.release.quality import axioms, criteria, findings, passages, profile, rules
from bionrw.release.quality.acceptances import Acceptance, read_acceptances, weigh
from bionrw.release.quality.axioms import Axiom
from bionrw.release.quality.criteria import Criterion, read_criteria
from bionrw.release.quality.metrics import Metrics
from bionrw.release.quality.passages import Text
from bionrw.release.quality.profile import Profiles
from bionrw.release.quality.report import Level, Measure, Section
from bionrw.release.reason.owlapi import Deviation
from bionrw.release.reason.port import Verdict
from bionrw.release.reason.step import Outcome
from bionrw.release.report import Finding

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = Library(ROOT / "queries")
NAMES = Names()
XSD = "http://www.w3.org/2001/XMLSchema#"


def accept(check: str, *items: str) -> list[Acceptance]:
    """Return a list that accepts these items, one a line."""
    return [Acceptance(check, item, f"since {item}", line) for line, item in enumerate(items, 2)]


def told(section: Section) -> list[tuple[str, str]]:
    """Return level and subject of the remarks of a section."""
    return [(remark.level.value, remark.about) for remark in section.remarks]


def counted(section: Section) -> dict[str, tuple[int, int | None]]:
    """Return the measures of a section by metric, and by what they are about."""
    return {f"{m.metric} {m.about}".strip(): (m.value, m.whole) for m in section.measures}


@pytest.mark.parametrize(
    ("found", "accepted", "level", "text"),
    [
        ([("a", "x")], ["a"], "accepted", "without use: since a"),
        ([("a", "x")], [], "violation", "without use: x; no reason in ontology/accepted.csv (unused-term)"),
        ([("a", "")], [], "violation", "without use; no reason in ontology/accepted.csv (unused-term)"),
        ([], ["a"], "notice", "ontology/accepted.csv, line 2, accepts what does not occur; remove the line"),
    ],
)
def test_what_is_found_needs_a_reason_and_a_reason_needs_something_found(
    found: list[tuple[str, str]], accepted: list[str], level: str, text: str
) -> None:
    entries = [*accept("unused-term", *accepted), *accept("idle-rule", "other")]
    (remark,) = weigh("unused-term", found, entries, Level.VIOLATION)
    assert (remark.level, remark.about, remark.text) == (level, "a", text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("check,item\n", "line 1: the columns are check, item, why"),
        ("check,item,why\nidle-rule,x,\n", "line 2: each entry needs check, item and why"),
        ("check,item,why\n\nidle-role,x,y\n", "line 3: there is no check 'idle-role'; known: held-back"),
    ],
)
def test_a_bad_list_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "accepted.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=f"ontology/accepted.csv, {message}"):
        read_acceptances(tmp_path)


def test_without_a_list_nothing_is_accepted(tmp_path: Path) -> None:
    assert (read_acceptances(tmp_path), read_criteria(tmp_path)) == ((), ())


def test_a_criterion_is_read_by_somebody_known(tmp_path: Path) -> None:
    file = tmp_path / "criteria.csv"
    file.write_text("catalogue,name,title,how,note\nOOPS!,P01,x,guessing,\n", encoding="utf-8")
    with pytest.raises(
        SourceError, match="line 2: catalogue is one of OOPS!, FOOPS!, how one of query, server"
    ):
        read_criteria(tmp_path)


@pytest.mark.parametrize(
    ("how", "tags", "broken", "level", "words"),
    [
        ("query", ("P06",), (), "checked", "x: checked by loop"),
        ("query", ("P06",), ("loop",), "violation", "x: found by loop"),
        ("query", ("P07",), (), "violation", "says query, the tags of queries/checks name none"),
        ("reading", ("P06",), (), "violation", "says reading, the tags of queries/checks name loop"),
        ("server", (), (), "checked", "x: checked by tests/http/test_fair.py"),
        ("registry", (), (), "noted", "x: not run, since it asks a register"),
        ("reading", (), (), "noted", "x: no query can tell"),
    ],
)
def test_a_criterion_is_met_by_what_its_list_says(
    how: str, tags: tuple[str, ...], broken: tuple[str, ...], level: str, words: str
) -> None:
    check = Query("loop-violation", "queries/checks/loop-violation.rq", "", tags=("terms", *tags))
    own = [Criterion("OOPS!", "P06", "x", how), Criterion("OOPS!", "P07", "y", "query")]
    pitfalls, _ = criteria.judge(own, [check], broken)
    assert pitfalls.remarks[0].level == level
    assert words in pitfalls.remarks[0].text
    assert counted(pitfalls)["pitfalls-found"] == (int(level == "violation" and bool(broken)), None)


def test_a_tag_that_no_list_knows_is_told() -> None:
    check = Query("loop-violation", "", "", tags=("terms", "P99"))
    pitfalls, _ = criteria.judge([], [check], ())
    assert told(pitfalls) == [("violation", "P99")]


@pytest.mark.parametrize(
    ("verdict", "complete", "remarks", "measures"),
    [
        (Verdict(), True, ["noted"], [0, 0]),
        (Verdict(), False, ["notice"], [0]),  # rules find no empty class
        (Verdict(clashes=("x",)), True, ["noted", "violation"], [1, 0]),
        (Verdict(unsatisfiable=("x", "y")), True, ["noted", "violation", "violation"], [0, 2]),
    ],
)
def test_the_verdict_is_counted_and_a_judgement_by_rules_alone_is_looked_at(
    verdict: Verdict, complete: bool, remarks: list[str], measures: list[int]
) -> None:
    section = findings.consistency(Outcome((), "words", {}, verdict, complete))
    assert [level for level, _ in told(section)] == remarks
    assert [measure.value for measure in section.measures] == measures


def test_findings_count_by_severity_and_silence_is_not_listed() -> None:
    found = [
        Finding(severity, f"n:{severity}", "rule", "Mend it.")
        for severity in ("Info", "Violation", "Warning")
    ]
    section = findings.form(found)
    assert told(section) == [("violation", "n:Violation"), ("noted", "n:Warning")]
    assert [measure.value for measure in section.measures] == [1, 1, 1]


def test_a_deviation_is_accepted_by_one_of_its_terms_or_by_the_name_in_its_sentence() -> None:
    profiles = Profiles(
        dl=(Deviation("a SubClassOf b", "Not allowed.", (f"{NAMES.base}ontology#Place",)),),
        rl=(Deviation("", "Use of data range not in profile: xsd:date.", ()),),
        held_back=((f"{XSD}gYear", 3),),
    )
    accepted = [*accept("profile-rl", "xsd:date"), *accept("profile-dl", "bionrw:Task")]
    section = profile.section(profiles, accepted, LIBRARY.shorten)
    assert told(section) == [
        ("violation", "a SubClassOf b"),
        ("notice", "bionrw:Task"),
        ("accepted", "xsd:date"),
        ("violation", "xsd:gYear"),
    ]
    assert counted(section) == {
        "dl-deviations": (1, None),
        "rl-deviations": (1, None),
        "held-back xsd:gYear": (3, None),
    }


def test_rules_are_listed_by_what_they_draw_and_idle_ones_by_name() -> None:
    section = rules.section({"b": 2, "a": 2, "c": 0, "d": 7, "e": 0}, 9, accept("idle-rule", "e"))
    assert list(counted(section)) == [
        "firing-rules",
        "inferred-triples",
        "conclusions d",
        "conclusions a",
        "conclusions b",
    ]
    assert counted(section)["firing-rules"] == (3, 5)
    assert told(section) == [("notice", "c"), ("accepted", "e")]


def test_axioms_are_counted_by_kind() -> None:
    found = [Axiom("k", "p", works=True), Axiom("k", "q", works=False), Axiom("j", "p", works=True)]
    section = axioms.section(found, [])
    assert counted(section) == {"firing-axioms j": (1, 1), "firing-axioms k": (1, 2)}
    assert told(section) == [("notice", "q k")]


@pytest.mark.parametrize(
    ("spans", "cited"),
    [
        ((), 0),
        (((0, 10),), 10),
        (((0, 10), (5, 12), (6, 8), (20, 21)), 13),  # overlaps count once
        (((20, 30), (0, 5)), 15),
    ],
)
def test_a_character_is_cited_once(spans: tuple[tuple[int, int], ...], cited: int) -> None:
    assert Text("x", 40, spans).cited() == cited


def test_reviews_count_for_their_document_and_are_stale_when_it_cites_them() -> None:
    texts = [Text("x", 40, ((0, 10),))]
    reviews = [Review("x", 12, 20, "why", 2), Review("x", 8, 11, "why", 3), Review("y", 0, 5, "why", 4)]
    assert list(passages.measures(texts, reviews)) == [
        Measure("cited-characters", 10, 40),
        Measure("reviewed-characters", 11, 40),
        Measure("reviewed-stretches", 2),
    ]
    assert [(remark.level, remark.text) for remark in passages.remarks(texts, reviews)] == [
        (Level.NOTICE, "data/uncited.csv, line 3: 8 to 11 is cited by now; remove the line"),
        (Level.NOTICE, "data/uncited.csv, line 4: no such document; remove the line"),
    ]


def test_a_measure_that_is_not_defined_is_told() -> None:
    metrics = Metrics({"rules": "rules"}, {"firing-rules": "x"}, ())
    with pytest.raises(SourceError, match="does not define guesses: add a dqv:Metric"):
        metrics.arrange([Section("rules", (Measure("guesses", 1),))])
