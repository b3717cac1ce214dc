"""What the engine alone makes of the tests, so that its faults can be told from ours."""

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tests.conformance.evaluation import Question, verdict
from tests.conformance.manifests import Kind, Suites

SECONDS = 300


def faults_of_the_engine(questions: Sequence[Question], suites: Suites) -> dict[str, str]:
    """Return what is wrong with the engine's own answers, by test; empty where they are right."""
    told = json.dumps([_told(asked, suites) for asked in questions])
    command = [sys.executable, "-m", "tests.conformance.plain"]
    done = subprocess.run(command, input=told, stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS)
    answers = zip(questions, json.loads(done.stdout), strict=True)
    return {asked.case.iri: _judge(asked, answer, suites) for asked, answer in answers}


def _told(asked: Question, suites: Suites) -> dict[str, Any]:
    data = asked.case.data
    return {
        "text": asked.text,
        "media_type": asked.result_format.media_type,
        "data": [[str(file), suites.iri(file)] for file in data],
        "graphs": [[str(file), suites.iri(file)] for file in asked.files if file not in data],
    }


def _judge(asked: Question, answer: dict[str, str], suites: Suites) -> str:
    fault = answer.get("fault", "")
    match asked.case.kind:
        case Kind.NEGATIVE:
            return "" if fault == "syntax" else "the syntax is not refused"
        case Kind.POSITIVE:
            return "the syntax is refused" if fault == "syntax" else ""
    return fault or verdict(asked, base64.b64decode(answer["data"]), suites)
