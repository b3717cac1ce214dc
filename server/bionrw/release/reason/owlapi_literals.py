"""What the process can be asked of literals: which of them do not fit their datatypes."""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from bionrw.release.reason.datatypes import DATATYPES, XSD
from bionrw.release.reason.owlapi_java import Java

# Types that XML Schema 1.1 added, and Java knows 1.0; HermiT looks at the time zone of the first.
_NEWER = {"dateTimeStamp": "dateTime", "dayTimeDuration": "duration", "yearMonthDuration": "duration"}
_SCHEMA = """<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="all"><s:complexType>
<s:sequence><s:element name="one" type="s:anySimpleType" maxOccurs="unbounded"/></s:sequence>
</s:complexType></s:element></s:schema>"""
_DOCUMENT = """<all xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:s="http://www.w3.org/2001/XMLSchema">{}
</all>"""
_BREAKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}

Typed = tuple[str, str]


def malformed(java: Java, content: str, literals: Sequence[Typed]) -> Iterator[int]:
    """Yield the number of each literal (text, datatype) that XML Schema or HermiT refuses.

    Java's validator knows the bounds of whole numbers, HermiT stops at a blank around a number.
    """
    del content
    refused = _refused_by_schema(java, literals)
    for number, (text, datatype) in enumerate(literals):
        if number in refused or (datatype in DATATYPES and _refused_by_hermit(java, text, datatype)):
            yield number


def _refused_by_hermit(java: Java, text: str, datatype: str) -> bool:
    try:
        java.type("org.semanticweb.HermiT.datatypes.DatatypeRegistry").parseLiteral(text, datatype)
    except java.type("org.semanticweb.HermiT.datatypes.MalformedLiteralException"):
        return True
    return False


def _refused_by_schema(java: Java, literals: Sequence[Typed]) -> set[int]:
    """Return the numbers of the literals that Java's validator of XML Schema refuses; each is a line."""
    lines = [_element(text, datatype) for text, datatype in literals]
    refused: set[int] = set()

    def note(fault: Any) -> None:
        refused.add(int(fault.getLineNumber()) - 2)

    handler = java.implement("org.xml.sax.ErrorHandler", error=note, fatalError=note, warning=lambda _: None)
    source, reader = java.type("javax.xml.transform.stream.StreamSource"), java.type("java.io.StringReader")
    schema = java.type("javax.xml.validation.SchemaFactory").newInstance(XSD.rstrip("#"))
    validator = schema.newSchema(source(reader(_SCHEMA))).newValidator()
    validator.setErrorHandler(handler)
    validator.validate(source(reader(_DOCUMENT.format("".join(f"\n{line}" for line in lines)))))
    return refused


def _element(text: str, datatype: str) -> str:
    name = datatype.removeprefix(XSD)
    if name == datatype:
        return "<one/>"
    allowed = "".join(mark if mark.isprintable() or mark in _BREAKS else "\ufffd" for mark in text)
    return f'<one xsi:type="s:{_NEWER.get(name, name)}">{escape(allowed, _BREAKS)}</one>'
