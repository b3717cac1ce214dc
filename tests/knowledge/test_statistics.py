"""What the release tells of its statistics is what queries count."""

import json

from pyoxigraph import DefaultGraph, QuerySolutions, Store

from bionrw.model import Release

COUNTS = "(COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
TOTALS = f"SELECT {COUNTS} {{ ?s ?p ?o }}"
BY_CLASS = "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { ?s a ?name FILTER isIRI(?name) } GROUP BY ?name"
BY_PROPERTY = f"SELECT ?p {COUNTS} {{ ?s ?p ?o }} GROUP BY ?p"

LINKS = """SELECT ?p ?space (COUNT(*) AS ?n) { ?s ?p ?o
FILTER (isIRI(?o) && REGEX(STR(?p), "core#[a-z]+Match$"))
FILTER (!STRSTARTS(STR(?o), "https://w3id.org/bionrw/"))
BIND (REPLACE(STR(?o), "[^/#]+/?$", "") AS ?space) } GROUP BY ?p ?space ORDER BY ?p ?space"""


def test_the_statistics_are_what_queries_count(release: Release) -> None:
    store = Store.read_only(str(release.path / "store"))
    told = json.loads((release.path / "statistics.json").read_text())

    def rows(text: str) -> list[list[str]]:
        found = store.query(text, default_graph=DefaultGraph())
        assert isinstance(found, QuerySolutions)
        return [[term.value for term in row] for row in found]

    assert rows(TOTALS) == [[str(told[name]) for name in ("triples", "subjects", "objects")]]
    assert dict(rows(BY_CLASS)) == {name: str(count) for name, count in told["classes"].items()}
    keys = ("triples", "subjects", "objects")
    counts = {name: [str(each[key]) for key in keys] for name, each in told["properties"].items()}
    assert {name: found for name, *found in rows(BY_PROPERTY)} == counts
    assert len(counts) > 100
    links = [[link["predicate"], link["space"], str(link["triples"])] for link in told["links"]]
    assert rows(LINKS) == links
    spaces = {space for _, space, _ in links}
    authorities = "http://publications.europa.eu/resource/authority/country/"
    assert spaces > {"https://ror.org/", "http://www.wikidata.org/entity/", authorities}
