"""A node that joins several things reads as one line; what its page is about, it does not repeat."""

import pytest

from bionrw.names import Names
from bionrw.web.lines import Lines

NAMES = Names("https://graph.example/")

NODES = """
amount:volume a bionrw:MonetaryAmount ; bionrw:value 5800000 ; bionrw:currency currency:eur ;
    bionrw:comparator comparator:as-stated ; bionrw:statedAs "5.8 MEUR"@en .
amount:bound a bionrw:MonetaryAmount ; bionrw:value 0.5 ; bionrw:currency currency:eur ;
    bionrw:comparator comparator:more-than .
amount:plain a bionrw:MonetaryAmount ; bionrw:value 7 .
amount:empty a bionrw:MonetaryAmount ; rdfs:label "no amount"@en .
period:open a bionrw:Period ; bionrw:durationKind duration:unlimited .
period:empty a bionrw:Period ; rdfs:label "some time"@en .
organisation:club rdfs:label "Club"@en . organisation:office rdfs:label "Office"@en .
place:north rdfs:label "North"@en .
population:all rdfs:label "all companies"@en . period:year rdfs:label "2016"@en .
observation:few a bionrw:Observation ; bionrw:value 109 ; bionrw:unit unit:company ;
    bionrw:measure measure:count ;
    bionrw:comparator comparator:as-stated ; bionrw:population population:all ;
    bionrw:observationAbout place:north ;
    bionrw:notStated bionrw:observationPeriod .
observation:staff a bionrw:Observation ; bionrw:value 4400 ; bionrw:unit unit:employee ;
    bionrw:measure measure:employees ;
    bionrw:comparator comparator:more-than ; bionrw:observationPeriod period:year .
observation:share a bionrw:Observation ; bionrw:value 12.4 ; bionrw:unit unit:percent ;
    bionrw:measure measure:share ;
    bionrw:shareOf population:all ; bionrw:comparedWithPeriod period:year .
observation:range a bionrw:Observation ; bionrw:lowerValue 5 ; bionrw:upperValue 7 ; bionrw:unit unit:year ;
    bionrw:valueKind code:target ; bionrw:interval "within a year"@en ;
    bionrw:comparator comparator:between ; bionrw:outOf observation:few .
observation:one a bionrw:Observation ; bionrw:value 1 ; bionrw:unit unit:one .
observation:empty a bionrw:Observation ; rdfs:label "nothing measured"@en .
project:glow rdfs:label "Glow"@en ; bionrw:hasParticipation participation:glow .
participation:glow a bionrw:Participation ; bionrw:participant organisation:club ;
    bionrw:role role:partner ;
    bionrw:statedPlace place:north .
commission:order a bionrw:Commission ; bionrw:commissioner organisation:club ;
    bionrw:contractor organisation:office .
phase:first a bionrw:ProjectPhase ; rdfs:label "first phase"@en ; bionrw:hasPeriod period:open ;
    bionrw:hasVolume amount:plain .
offer:voucher a bionrw:Offer ; rdfs:label "voucher"@en ; bionrw:offerValue amount:bound .
offer:talk a bionrw:Offer ; rdfs:label "talk"@en .
span:words a bionrw:TextSpan ; bionrw:quote "Club" ; bionrw:startOffset 3 ; bionrw:endOffset 7 .
statement:fact a bionrw:Statement , rdf:Statement ; rdf:subject organisation:club ;
    rdf:predicate bionrw:hasMember ;
    rdf:object organisation:office .
claim:best a bionrw:Claim ; rdfs:label "Club is called the best"@en .
"""

CASES = [
    ("amount", "volume", "", "EUR 5,800,000 “5.8 MEUR”"),
    ("amount", "bound", "", "more than EUR 0.5"),
    ("amount", "plain", "", "7"),
    ("amount", "empty", "", "no amount"),
    ("period", "open", "", "unlimited"),
    ("period", "empty", "", "some time"),
    ("observation", "few", "", "109 companies · all companies · North · period not stated"),
    ("observation", "few", "place/north", "109 companies · all companies · period not stated"),
    ("observation", "staff", "", "more than 4,400 employees · 2016"),
    ("observation", "share", "", "12.4 % · share · share of all companies · compared with 2016"),
    ("observation", "range", "", "5 to 7 years · out of few · within a year · target"),
    ("observation", "one", "", "1"),
    ("observation", "empty", "", "nothing measured"),
    ("participation", "glow", "", "Club · Glow · partner · from North"),
    ("participation", "glow", "project/glow", "Club · partner · from North"),
    ("participation", "glow", "organisation/club", "Glow · partner · from North"),
    ("commission", "order", "", "Club commissions Office"),
    ("phase", "first", "", "first phase · unlimited · 7"),
    ("offer", "voucher", "", "voucher · more than EUR 0.5"),
    ("offer", "talk", "", "talk"),
    ("span", "words", "", "“Club” characters 3 to 7"),
    ("span", "words", "span/words", "characters 3 to 7"),
    ("statement", "fact", "", "Club · has member · Office · statement"),
    ("claim", "best", "", "Club is called the best"),
]


@pytest.mark.parametrize(("kind", "slug", "page", "read"), CASES)
def test_a_node_reads_as_a_line(naming, kind, slug, page, read):
    lines = Lines(naming(NODES), f"{NAMES.base}id/{page}")
    assert "".join(piece.text for piece in lines.line(NAMES.thing(kind, slug))) == read


@pytest.mark.parametrize(("kind", "slug", "page", "_"), CASES)
def test_a_line_leads_to_its_node_but_not_from_there(naming, kind, slug, page, _):
    iri = NAMES.thing(kind, slug)
    elsewhere = Lines(naming(NODES), f"{NAMES.base}id/{page}/other").line(iri)
    own_path = f"/doc/{kind}/{slug}"
    assert own_path in [piece.href for piece in elsewhere]
    assert all(
        piece.href in ("", own_path) or piece.href.startswith(("/doc/", "/ontology#")) for piece in elsewhere
    )
    here = Lines(naming(NODES), iri).line(iri)
    assert len(here) == 1 or own_path not in [piece.href for piece in here]
