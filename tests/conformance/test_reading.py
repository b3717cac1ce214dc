"""Our reading of a query refuses none that the W3C holds valid, and finds out what it is."""

import pytest

from bionrw.config import Settings
from bionrw.errors import KnowledgeError
from bionrw.model import Form
from bionrw.sparql.reading import read, require_form, require_simple
from tests.conformance.evaluation import expected, with_base
from tests.conformance.manifests import Kind


@pytest.fixture(scope="module")
def valid(campaign):
    """Return the valid queries by test."""
    kinds = (Kind.EVALUATION, Kind.POSITIVE)
    return {case.iri: case.text for case in campaign.cases if case.kind in kinds}


def test_no_valid_query_is_refused(valid):
    refused = {}
    for test, text in valid.items():
        try:
            reading = read(text)
            require_form(text, reading)
            require_simple(reading, Settings().max_nesting)
        except KnowledgeError as error:
            refused[test] = error.detail
    assert refused == {}


def test_no_valid_query_is_taken_for_an_update_or_for_one_that_lacks_a_prefix(valid):
    readings = {test: read(text) for test, text in valid.items()}
    assert {test: item.update for test, item in readings.items() if item.update} == {}
    assert {test: item.undeclared for test, item in readings.items() if item.undeclared} == {}


def test_service_is_found_where_it_is_and_nowhere_else(valid):
    found = {test for test, text in valid.items() if read(text).service}
    assert found == {test for test in valid if "/service/" in test or "/syntax-fed/" in test}


def test_the_form_is_that_of_the_expected_result(campaign):
    wrong = {}
    for asked in campaign.questions:
        if asked.case.kind is Kind.EVALUATION:
            result = expected(asked, campaign.suites)
            forms = {Form.ASK} if result.verdict is not None else {Form.SELECT}
            if result.variables is None and result.verdict is None:
                forms = {Form.CONSTRUCT, Form.DESCRIBE}
            if read(asked.text).form not in forms:
                wrong[asked.case.iri] = read(asked.text).form
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("SELECT * { <a> ?p ?o }", True),
        ("SELECT * { <urn:a> ?p '<a>' }", False),
        ("SELECT * FROM <a> {} # <urn:a>", True),
    ],
)
def test_a_base_is_put_before_a_query_that_needs_one(text, changed):
    assert (with_base(text, "https://example.org/") != text) is changed
