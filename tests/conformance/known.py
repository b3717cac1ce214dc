"""The failures that are known, each with whose fault it is and why: known.csv."""

import csv
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("known.csv")
ENGINE, SERVER = "engine", "server"


@dataclass(frozen=True, slots=True)
class Known:
    """A test that is known to fail; `fault` says whose fault it is, `reason` why, in words for readers."""

    test: str
    fault: str
    reason: str


def known_failures(file: Path = FILE) -> dict[str, Known]:
    """Return the known failures by test; raise `ValueError` for a line that is not complete."""
    with file.open(encoding="utf-8", newline="") as lines:
        listed = [Known(row["test"], row["fault"], row["reason"]) for row in csv.DictReader(lines)]
    for item in listed:
        if item.fault not in (ENGINE, SERVER) or not item.reason:
            message = f"{item.test}: name whose fault it is, {ENGINE} or {SERVER}, and the reason."
            raise ValueError(message)
    if len({item.test for item in listed}) < len(listed):
        message = "known.csv lists a test twice."
        raise ValueError(message)
    return {item.test: item for item in listed}
