"""The report that the server gives out: its figures as JSON, and each test in the words of EARL as Turtle.

Nothing of a test but its name is told, and no time, so the same findings give the same bytes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import bionrw
from bionrw.names import CANONICAL_BASE
from tests.conformance.known import Known
from tests.conformance.outcome import Finding, Outcome

FOLDER = Path(bionrw.__file__).parent / "conformance"
ENGINE = "pyoxigraph"
RESPELT = "The values are right; some are spelt in another way, such as 1 for 01."
SUITES = {
    "sparql10": "SPARQL 1.0 Query",
    "sparql11": "SPARQL 1.1 Query and result formats",
    "sparql12": "SPARQL 1.2 Query, a draft",
    "protocol": "SPARQL 1.1 Protocol",
    "service-description": "SPARQL 1.1 Service Description",
    "graph-store-protocol": "SPARQL 1.1 Graph Store HTTP Protocol",
    "update": "SPARQL 1.1 and 1.2 Update",
    "entailment": "SPARQL 1.1 Entailment Regimes, as one",
}
# EARL 1.0 has no word for a refusal that is right: the test does not apply to a server that only reads.
_EARL = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.REFUSED: "inapplicable",
    Outcome.INAPPLICABLE: "inapplicable",
}
_HEAD = f"""\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix doap: <http://usefulinc.com/ns/doap#> .
@prefix earl: <http://www.w3.org/ns/earl#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix report: <{CANONICAL_BASE}conformance#> .

report:engine a earl:Software , doap:Project ;
    doap:name "{ENGINE}" ;
    doap:release [ a doap:Version ; doap:revision "{version(ENGINE)}" ] .

report:runner a earl:Software , earl:Assertor ;
    dct:description "Asks queries of the store behind the endpoint, and sends requests over HTTP."@en ;
    dct:title "Conformance tests of the BIO.NRW knowledge graph"@en .

report:server a earl:Software , earl:TestSubject , doap:Project ;
    dct:hasPart report:engine ;
    dct:title "Server of the BIO.NRW knowledge graph"@en ;
    doap:name "bionrw" .

<{CANONICAL_BASE}conformance> a foaf:Document ;
    dct:title "How far the SPARQL endpoint conforms to the W3C's tests"@en ;
    foaf:maker report:runner ;
    foaf:primaryTopic report:server .
"""


def files(findings: Sequence[Finding], known: Mapping[str, Known]) -> dict[str, str]:
    """Return the files of the report by name."""
    document = json.dumps(_summary(findings, known), ensure_ascii=False, indent=1) + "\n"
    return {"report.json": document, "report.ttl": _earl(findings, known)}


def write(findings: Sequence[Finding], known: Mapping[str, Known]) -> None:
    """Write the files of the report where the server finds them."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in files(findings, known).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def _summary(findings: Sequence[Finding], known: Mapping[str, Known]) -> dict[str, object]:
    failed = [item for item in findings if item.outcome is Outcome.FAILED]
    return {
        "engine": f"{ENGINE} {version(ENGINE)}",
        "suites": [_figures(suite, [f for f in findings if f.suite == suite]) for suite in SUITES],
        "failures": [
            {
                "test": item.test,
                "suite": item.suite,
                "fault": known[item.test].fault,
                "reason": known[item.test].reason,
            }
            for item in sorted(failed, key=lambda item: (list(SUITES).index(item.suite), item.test))
        ],
    }


def _figures(suite: str, findings: Sequence[Finding]) -> dict[str, object]:
    count = {outcome: sum(item.outcome is outcome for item in findings) for outcome in Outcome}
    reasons = dict.fromkeys(item.reason for item in findings if item.reason)
    return {
        "name": suite,
        "title": SUITES[suite],
        "tests": len(findings),
        **{str(outcome): count[outcome] for outcome in Outcome},
        "respelt": sum(item.respelt for item in findings),
        "reasons": [
            {"text": text, "tests": sum(item.reason == text for item in findings)} for text in reasons
        ],
    }


def _earl(findings: Iterable[Finding], known: Mapping[str, Known]) -> str:
    ordered = sorted(findings, key=lambda item: item.test)
    return _HEAD + "\n" + "".join(_assertion(item, known) for item in ordered)


def _assertion(finding: Finding, known: Mapping[str, Known]) -> str:
    words = RESPELT if finding.respelt else finding.reason
    if finding.outcome is Outcome.FAILED:
        words = known[finding.test].reason
    told = f" ; dct:description {json.dumps(words, ensure_ascii=False)}@en" if words else ""
    result = f"[ a earl:TestResult ; earl:outcome earl:{_EARL[finding.outcome]}{told} ]"
    return (
        f"[] a earl:Assertion ; earl:test <{finding.test}> ; earl:result {result} ;"
        " earl:assertedBy report:runner ; earl:mode earl:automatic ; earl:subject report:server .\n"
    )
