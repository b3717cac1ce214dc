"""The process that asks HermiT through owlready2, which has no limit of time of its own."""

import json
import os
import re
import resource
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import owlready2

from bionrw.store.confinement import end_with_parent

_JAVA = re.compile(r'^Exception in thread "main" [\w.$]+:? *')
# A line of the stack, or a word on the options that Java was started with.
_OF_JAVA = ("\t", "NOTE: ")
_LONGEST = 400
_NOTHING = "http://www.w3.org/2002/07/owl#Nothing"


def main() -> None:
    """Judge the N-Triples of the request."""
    end_with_parent()
    request = json.load(sys.stdin)
    # Java is a process of its own again: were both its parents killed, this would end it.
    most = int(request["seconds"] * (os.cpu_count() or 1)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    owlready2.JAVA_EXE = str(Path(request["java"]) / "bin" / "java")
    for line in judge(request["content"].encode()):
        sys.stdout.write(f"{json.dumps(line)}\n")


def judge(content: bytes) -> list[dict[str, Any]]:
    """Return the lines of the answer."""
    world = owlready2.World()
    try:
        world.get_ontology("urn:bionrw:judged").load(fileobj=BytesIO(content))
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return [{"value": {"consistent": False}}, {"end": True}]
    except owlready2.OwlReadyOntologyParsingError:
        return [{"fault": "owlready2 cannot read the facts: a literal does not fit its datatype."}]
    except owlready2.OwlReadyJavaError as error:
        return [{"fault": f"HermiT gave up: {_complaint(str(error))}."}]
    empty = {str(kind.iri) for kind in world.inconsistent_classes() if hasattr(kind, "iri")}
    return [{"value": {"consistent": True, "unsatisfiable": sorted(empty - {_NOTHING})}}, {"end": True}]


def _complaint(text: str) -> str:
    """Return what was wrong from Java's message: without its first line, its own words and its stack."""
    lines = [line.strip() for line in text.splitlines()[1:] if not line.startswith(_OF_JAVA)]
    reason = _JAVA.sub("", " ".join(lines).strip())[:_LONGEST]
    return reason.rstrip(". ") or "no reason given"


if __name__ == "__main__":
    main()
