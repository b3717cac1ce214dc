"""The process that calls the OWL API: one request on standard input, lines of JSON on standard output."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bionrw.release.reason import owlapi_hermit, owlapi_literals, owlapi_tasks
from bionrw.release.reason.owlapi_java import Java, JavaFault
from bionrw.store.confinement import end_with_parent, refuse_network

Task = Callable[..., Iterator[Any]]

TASKS: Mapping[str, Task] = {
    "entail": owlapi_hermit.entail,
    "explain": owlapi_hermit.explain,
    "malformed": owlapi_literals.malformed,
    "profile": owlapi_tasks.profile,
    "render": owlapi_tasks.render,
}


def main() -> None:
    """Answer the request."""
    end_with_parent()
    # An ontology that imports another one must not make Java fetch it.
    refuse_network()
    request = json.load(sys.stdin)
    # Java writes its own complaints to the first two descriptors; the answer goes past them.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        java = Java(request["imports"])
        with java.faults():
            task = TASKS[request["task"]]
            for value in task(java, request["content"], **request["options"]):
                print(json.dumps({"value": value}), file=answer, flush=True)
    except JavaFault as fault:
        print(json.dumps({"fault": str(fault)}), file=answer, flush=True)
    else:
        print(json.dumps({"end": True}), file=answer, flush=True)
    answer.close()
    # Java's threads would keep the process for a while; nothing is left to be done.
    os._exit(0)


if __name__ == "__main__":
    main()
