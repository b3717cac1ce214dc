"""Measure the graph of a build and its ontology, and say what of it wants an eye."""

from bionrw.release.quality.assessment import Built, assess
from bionrw.release.quality.edition import Edition, make
from bionrw.release.quality.report import QualityReport

__all__ = ["Built", "Edition", "QualityReport", "assess", "make"]
