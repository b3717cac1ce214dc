"""Draw the conclusions that documents and terms allow, and find out whether they clash."""

from bionrw.release.reason.port import Inferences, Reasoner, Verdict
from bionrw.release.reason.rl import RlReasoner
from bionrw.release.reason.step import reason

__all__ = ["Inferences", "Reasoner", "RlReasoner", "Verdict", "reason"]
