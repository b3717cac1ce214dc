"""What was found out about a test."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a test ended.

    Refused: the server was asked to write or to reach out, and declined as it has to. Inapplicable: it was
    not asked, since the test is about what the server does not do.
    """

    PASSED = "passed"
    FAILED = "failed"
    REFUSED = "refused"
    INAPPLICABLE = "inapplicable"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one test; `fault` says what was wrong, `reason` why it was not held to its word.

    `respelt`: it passed with another spelling of the right values.
    """

    test: str
    suite: str
    outcome: Outcome
    fault: str = ""
    reason: str = ""
    respelt: bool = False
