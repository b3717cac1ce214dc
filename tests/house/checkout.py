"""The files of the project, as git names them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files() -> list[str]:
    """Return all files that are or could be committed, sorted; what git ignores is none of them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    return sorted({name for name in listed if name and (ROOT / name).is_file()})


def read(name: str) -> str:
    """Return the text of the file `name`."""
    return (ROOT / name).read_text(encoding="utf-8")
