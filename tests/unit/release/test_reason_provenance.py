"""The graph of proofs tells of each conclusion the rule and the premises, and stays out of the way."""

import re
from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from bionrw.content import find_content
from bionrw.library import Library
from bionrw.model import Release
from bionrw.names import Names

LIBRARY = Library(find_content().queries)
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in LIBRARY.prefixes().items())
REIFIED = "rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o"
RULE = "prov:wasGeneratedBy/prov:qualifiedAssociation/prov:hadPlan/rdfs:label"


@pytest.fixture(scope="module")
def store(release: Release) -> Store:
    store = Store()
    store.bulk_load(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS)
    return store


def rows(store: Store, pattern: str) -> Iterator[tuple[str, ...]]:
    """Yield the distinct values of ?s ?p ?o and others that a pattern binds, as texts."""
    solutions = store.query(f"{PROLOGUE}SELECT DISTINCT * WHERE {{ {pattern} }}")
    assert isinstance(solutions, QuerySolutions)
    for solution in solutions:
        yield tuple(str(getattr(value, "value", value)) for value in solution)


def test_each_inferred_triple_has_one_conclusion_with_a_rule_and_premises(store: Store) -> None:
    inferred = list(rows(store, "GRAPH graph:inferred { ?s ?p ?o }"))
    assert len(inferred) > 500
    proved = f"GRAPH graph:inferred {{ ?s ?p ?o }} GRAPH graph:proofs {{ ?c {REIFIED} ; {RULE} ?rule }}"
    assert len(list(rows(store, proved))) == len(inferred)
    assert (
        list(
            rows(
                store, f"{proved} FILTER NOT EXISTS {{ GRAPH graph:proofs {{ ?c prov:wasDerivedFrom ?x }} }}"
            )
        )
        == []
    )


def test_each_premise_is_a_statement_an_axiom_a_mention_or_a_conclusion(store: Store) -> None:
    premise = "GRAPH graph:proofs { ?c prov:wasDerivedFrom ?premise }"
    assert list(rows(store, premise))
    unfounded = f"""{premise}
        FILTER NOT EXISTS {{ GRAPH graph:document {{ ?premise a bionrw:Statement ; bionrw:evidence ?span }} }}
        FILTER NOT EXISTS {{ GRAPH graph:proofs {{
            ?premise prov:hadPrimarySource|prov:wasQuotedFrom|prov:wasDerivedFrom ?ground }} }}"""
    assert list(rows(store, unfounded)) == []


def test_no_conclusion_rests_on_itself(store: Store) -> None:
    assert list(rows(store, "GRAPH graph:proofs { ?c prov:wasDerivedFrom+ ?c }")) == []


@pytest.mark.parametrize(
    ("conclusion", "rule", "premise"),
    [
        (
            "organisation:clib2021 bionrw:locatedIn place:europe",
            "prp-spo2",
            "rdf:predicate bionrw:partOf ; rdf:object place:europe",
        ),
        (
            "project:biopen rdf:type bionrw:ProgrammeSupportedProject",
            "cax-eqc2",
            "rdf:subject project:biopen ; rdf:predicate bionrw:supportedBy",
        ),
    ],
)
def test_rule_and_premise_can_be_asked_for(store: Store, conclusion: str, rule: str, premise: str) -> None:
    subject, predicate, value = conclusion.split()
    pattern = f"""GRAPH graph:proofs {{
        ?c rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value} ;
           prov:wasDerivedFrom ?premise ; {RULE} "{rule}" }}
        GRAPH ?g {{ ?premise {premise} }}"""
    assert list(rows(store, pattern))


def test_the_query_of_the_documentation_finds_rule_and_premises(store: Store) -> None:
    text = (find_content().queries / "README.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"```sparql\n(SELECT \?rule.*?)```", text, re.DOTALL)
    solutions = store.query(PROLOGUE + query)
    assert isinstance(solutions, QuerySolutions)
    found = list(solutions)
    assert len(found) >= 3
    assert {getattr(row["rule"], "value", "") for row in found} == {"prp-spo2"}


def test_the_default_graph_holds_no_proofs(release: Release) -> None:
    names = Names(release.base_iri)
    assert names.graph("proofs") in release.graphs
    assert names.graph("proofs") not in names.default_graphs()


def test_the_graph_of_proofs_speaks_of_named_things_in_triples_of_its_own(store: Store) -> None:
    graph = NamedNode(Names().graph("proofs"))
    proofs = {(q.subject, q.predicate, q.object) for q in store.quads_for_pattern(None, None, None, graph)}
    others = {(q.subject, q.predicate, q.object) for q in store if q.graph_name != graph}
    assert proofs
    assert not proofs & others
