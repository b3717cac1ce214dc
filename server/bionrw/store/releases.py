"""The release that is current: what `var/current` points to."""

import json
from pathlib import Path
from typing import Any

from bionrw.config import Settings
from bionrw.errors import BuildError, StoreUnavailable
from bionrw.model import Release

# What reading a release.json raises that is none.
DAMAGES = (ValueError, KeyError, TypeError, AttributeError)


def current_release(var_dir: str | Path) -> Release:
    """Return the current release below `var_dir`; raise `StoreUnavailable` when there is none.

    Its path is the version's own folder: `current` may point elsewhere later, a release stays.
    """
    folder = Path(var_dir)
    try:
        path = (folder / "current").resolve(strict=True)
        return read_release(path)
    except (FileNotFoundError, NotADirectoryError):
        # Clients see this message, so it names the folder and not where that lies.
        message = f"There is no release in {folder.name or 'the folder of releases'}: run `bionrw build`."
        raise StoreUnavailable(message) from None
    except (OSError, *DAMAGES) as error:
        message = "The current release has no readable release.json: run `bionrw build`."
        raise StoreUnavailable(message) from error


def require_base(release: Release, settings: Settings) -> None:
    """Raise `BuildError` when `release` was built for another base than the one that is to be served."""
    if release.base_iri != settings.base_iri:
        message = (
            f"The release was built for {release.base_iri}, the setting says {settings.base_iri}: "
            "run `bionrw build`."
        )
        raise BuildError(message)


def read_release(folder: Path) -> Release:
    """Return the release in `folder`; raises `OSError`, or one of `DAMAGES` when it is damaged."""
    description: dict[str, Any] = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    shared = description.get("shared")
    return Release(
        version=str(description["version"]),
        path=folder,
        base_iri=str(description["base_iri"]),
        created=str(description["created"]),
        graphs={str(iri): int(count) for iri, count in description["graphs"].items()},
        # One of an earlier builder does not tell.
        shared=None if shared is None else tuple((str(one), str(other)) for one, other in shared),
    )
