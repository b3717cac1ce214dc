"""The server passes the W3C's tests, but for what known.csv lists, and the report says just that."""

import pytest

from tests.conformance import report
from tests.conformance.engine import faults_of_the_engine
from tests.conformance.known import ENGINE, SERVER, known_failures
from tests.conformance.outcome import Outcome

KNOWN = known_failures()


@pytest.fixture(scope="module")
def failed(findings):
    return {test: item for test, item in findings.items() if item.outcome is Outcome.FAILED}


def test_no_test_fails_that_is_not_known_to(failed):
    assert {test: item.fault for test, item in failed.items() if test not in KNOWN} == {}


def test_no_test_that_is_known_to_fail_passes(failed):
    assert KNOWN.keys() - failed.keys() == set(), "take them off tests/conformance/known.csv"


def test_the_engine_alone_fails_what_is_put_down_to_it_and_nothing_else(campaign, failed):
    asked = [each for each in campaign.questions if each.case.iri in failed]
    alone = faults_of_the_engine(asked, campaign.suites)
    found = {test: ENGINE if alone.get(test) else SERVER for test in failed}
    assert found == {test: KNOWN[test].fault for test in failed}


def test_the_report_is_what_was_found(findings):
    for name, text in report.files(list(findings.values()), KNOWN).items():
        committed = (report.FOLDER / name).read_text(encoding="utf-8")
        assert committed == text, f"{name} is not what was found: make conformance"


def test_all_suites_are_there(findings):
    assert {item.suite for item in findings.values()} == set(report.SUITES)
    assert len(findings) > 1300


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("https://example.org/t,engine,", "the reason"),
        ("https://example.org/t,nobody,It is old.", "whose fault"),
        ("https://example.org/t,engine,It is old.\nhttps://example.org/t,engine,It is old.", "twice"),
    ],
)
def test_a_failure_without_reason_is_not_known(tmp_path, line, message):
    file = tmp_path / "known.csv"
    file.write_text(f"test,fault,reason\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        known_failures(file)
