"""What the engine understands beyond SPARQL 1.1; each entry was tried, and a test tries it again."""

from bionrw.model import Iri

_GEOF = "http://www.opengis.net/def/function/geosparql/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_PROPOSALS = "https://github.com/w3c/sparql-dev/blob/main/SEP"

# GeoSPARQL 1.1, without those that always stay unbound.
_GEOMETRY = (
    "asGeoJSON",
    "centroid",
    "convexHull",
    "coordinateDimension",
    "difference",
    "dimension",
    "distance",
    "ehContains",
    "ehCoveredBy",
    "ehCovers",
    "ehDisjoint",
    "ehEquals",
    "ehInside",
    "ehMeet",
    "ehOverlap",
    "envelope",
    "getSRID",
    "intersection",
    "isEmpty",
    "isSimple",
    "length",
    "perimeter",
    "rcc8dc",
    "rcc8ec",
    "rcc8eq",
    "rcc8ntpp",
    "rcc8ntppi",
    "rcc8po",
    "rcc8tpp",
    "rcc8tppi",
    "relate",
    "sfContains",
    "sfCrosses",
    "sfDisjoint",
    "sfEquals",
    "sfIntersects",
    "sfOverlaps",
    "sfTouches",
    "sfWithin",
    "spatialDimension",
    "symDifference",
    "union",
)
# Casts that SPARQL 1.1 Query, section 17.5, does not have.
_CASTS = (
    "date",
    "dayTimeDuration",
    "duration",
    "gDay",
    "gMonth",
    "gMonthDay",
    "gYear",
    "gYearMonth",
    "time",
    "yearMonthDuration",
)

# Functions by their short names.
FUNCTIONS = {
    **{f"geof:{name}": Iri(_GEOF + name) for name in _GEOMETRY},
    **{f"xsd:{name}": Iri(_XSD + name) for name in _CASTS},
}
# Extensions of the language by what they are called; the proposals are what identifies them.
LANGUAGE = {
    "ADJUST, and arithmetic with dates, times and durations": Iri(f"{_PROPOSALS}/SEP-0002/sep-0002.md"),
    "LATERAL joins": Iri(f"{_PROPOSALS}/SEP-0006/sep-0006.md"),
}
