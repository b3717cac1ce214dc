"""Run the W3C's tests and write the report that the server gives out: `make conformance`."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.conformance import report
from tests.conformance.campaign import Campaign
from tests.conformance.engine import faults_of_the_engine
from tests.conformance.known import ENGINE, SERVER, known_failures
from tests.conformance.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Write the report; when known.csv is not what was found, tell what to change there instead."""
    known = known_failures()
    with TemporaryDirectory() as folder:
        campaign = Campaign(Path(os.environ.get("BIONRW_SHARED") or ROOT.parent / "shared"), Path(folder))
        findings = campaign.run()
    failed = {item.test: item for item in findings if item.outcome is Outcome.FAILED}
    asked = [each for each in campaign.questions if each.case.iri in failed]
    alone = faults_of_the_engine(asked, campaign.suites)
    for test in sorted(failed.keys() - known.keys()):
        whose = ENGINE if alone.get(test) else SERVER
        print(f"add     {test},{whose},… ({failed[test].fault[:300]})")
    for test in sorted(known.keys() - failed.keys()):
        print(f"remove  {test}: it does not fail")
    for test in sorted(failed.keys() & known.keys()):
        if known[test].fault == ENGINE and not alone.get(test):
            print(f"mend    {test}: the engine alone passes it")
    if failed.keys() != known.keys():
        print("tests/conformance/known.csv is not what was found; no report was written.")
        return 1
    report.write(findings, known)
    print(f"{len(findings)} tests, {len(failed)} known failures; see {report.FOLDER.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
