"""The generated facts are the same for the same seed, of the size asked for, and make a release."""

from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, RdfFormat, Store, Triple, parse

from bionrw.config import Settings
from bionrw.release.reason.hermit import HermitReasoner
from bionrw.store.releases import current_release
from tests.bench.facts import TYPE, described_facts, facts, term, terms
from tests.bench.releases import Generated, generate

SMALL = 3_000


@pytest.fixture(scope="module")
def made() -> list[tuple[str, Triple]]:
    return list(described_facts(SMALL, seed=1))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    return generate(SMALL, tmp_path_factory.mktemp("bench"), lambda _: None)


def test_the_same_seed_gives_the_same_facts_in_the_same_order(made: list[tuple[str, Triple]]) -> None:
    assert list(described_facts(SMALL, seed=1)) == made


def test_another_seed_gives_others(made: list[tuple[str, Triple]]) -> None:
    assert list(described_facts(SMALL, seed=2)) != made


def test_a_greater_size_begins_with_the_same_facts(made: list[tuple[str, Triple]]) -> None:
    longer = described_facts(2 * SMALL, seed=1)
    assert [next(longer) for _ in made] == made


def test_there_are_as_many_as_asked_for_and_none_twice(made: list[tuple[str, Triple]]) -> None:
    assert SMALL <= len(made) < SMALL * 1.1
    assert len(set(made)) == len(made)


def test_the_links_are_those_that_the_reasoners_are_measured_on(made: list[tuple[str, Triple]]) -> None:
    assert {triple for _, triple in made} >= set(facts(SMALL // 4))


def test_all_kinds_of_things_are_there(made: list[tuple[str, Triple]]) -> None:
    kinds = Counter(triple.object for _, triple in made if triple.predicate == TYPE)
    for name in ("Cluster", "Company", "Project", "Participation", "FundingProgramme", "MonetaryAmount"):
        assert kinds[term(name)] > 0, name


def test_they_use_the_terms_of_the_ontology_and_contradict_none(made: list[tuple[str, Triple]]) -> None:
    ontology = set(terms())
    known = {triple.subject for triple in ontology}
    namespace = term("").value
    used = {item for _, triple in made for item in triple if str(item).startswith(f"<{namespace}")}
    assert used <= known
    assert HermitReasoner().judge({*ontology, *(triple for _, triple in made)}).consistent


class TestTheRelease:
    """It lies as a build leaves it."""

    def test_it_is_what_a_server_finds_with_its_own_settings(self, generated: Generated) -> None:
        release = current_release(generated.folder)
        assert release.base_iri == Settings().base_iri
        assert sum(release.graphs.values()) == generated.extent.triples

    def test_store_and_quads_hold_as_many_as_it_says(self, generated: Generated) -> None:
        release = current_release(generated.folder)
        quads = parse(path=str(release.path / "graph.nq"), format=RdfFormat.N_QUADS)
        assert Counter(quad.graph_name.value for quad in quads) == dict(release.graphs)
        store = Store.read_only(str(release.path / "store"))
        in_default = len(list(store.quads_for_pattern(None, None, None, DefaultGraph())))
        assert in_default == len(store) - in_default == generated.extent.triples

    def test_the_file_for_other_servers_holds_the_same_triples(self, generated: Generated) -> None:
        quads = (current_release(generated.folder).path / "graph.nq").read_text(encoding="utf-8")
        triples = generated.triples.read_text(encoding="utf-8")
        assert [line.rpartition(" <")[0] for line in quads.splitlines()] == [
            line.removesuffix(" .") for line in triples.splitlines()
        ]

    def test_it_tells_how_many_things_there_are(self, generated: Generated) -> None:
        found = Store.read_only(str(current_release(generated.folder).path / "store"))
        for name, count in (
            ("Project", generated.extent.projects),
            ("Company", generated.extent.organisations),
            ("Cluster", generated.extent.clusters),
        ):
            assert len(list(found.quads_for_pattern(None, TYPE, term(name), DefaultGraph()))) == count, name

    def test_it_is_made_once(self, generated: Generated) -> None:
        said: list[str] = []
        assert generate(SMALL, generated.folder.parent, said.append) == generated
        assert said == []

    def test_what_an_older_generator_left_is_removed(self, tmp_path: Path) -> None:
        old = tmp_path / "100-1-old"
        old.mkdir()
        made = generate(100, tmp_path, lambda _: None, seed=1)
        assert list(tmp_path.iterdir()) == [made.folder]
