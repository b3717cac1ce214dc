"""What HermiT can be told: the datatypes of OWL 2, and everything but the words that OWL reserves."""

from pyoxigraph import Literal, NamedNode, Triple

from bionrw.release.reason.coverage import OWL, RDF, RDFS

XSD = "http://www.w3.org/2001/XMLSchema#"
# Literals of these types are well-formed, whatever stands in them.
ANY_TEXT = frozenset({f"{XSD}string", f"{RDF}langString", f"{RDF}PlainLiteral", f"{RDFS}Literal"})
# The datatype map of OWL 2 (Structural Specification, section 4); calendar types are not in it.
DATATYPES = (
    ANY_TEXT
    | {f"{OWL}real", f"{OWL}rational", f"{RDF}XMLLiteral"}
    | {
        XSD + name
        for name in (
            "NCName",
            "NMTOKEN",
            "Name",
            "anyURI",
            "base64Binary",
            "boolean",
            "byte",
            "dateTime",
            "dateTimeStamp",
            "decimal",
            "double",
            "float",
            "hexBinary",
            "int",
            "integer",
            "language",
            "long",
            "negativeInteger",
            "nonNegativeInteger",
            "nonPositiveInteger",
            "normalizedString",
            "positiveInteger",
            "short",
            "token",
            "unsignedByte",
            "unsignedInt",
            "unsignedLong",
            "unsignedShort",
        )
    }
)
# Words that OWL 2 DL reserves (ibidem, section 5.1); only statements use them.
_RESERVED = frozenset(NamedNode(RDF + name) for name in ("subject", "predicate", "object", "Statement"))


def is_held_back(triple: Triple) -> bool:
    """Tell whether a triple is nothing for HermiT, which refuses an ontology with a single one of them."""
    value = triple.object
    if isinstance(value, Literal) and value.datatype.value not in DATATYPES:
        return True
    return triple.predicate in _RESERVED or value in _RESERVED
