"""The release that is current: what `var/current` points to."""

import json
from pathlib import Path
from typing import Any

from bionrw.config import Settings
from bionrw.errors import BuildError, StoreUnavailable
from bionrw.model import Release


def current_release(var_dir: str | Path) -> Release:
    """Return the current release below `var_dir`; raise `StoreUnavailable` when there is none.

    Its path is the version's own folder: `current` may point elsewhere later, a release stays.
    """
    folder = Path(var_dir)
    try:
        path = (folder / "current").resolve(strict=True)
        description = json.loads((path / "release.json").read_text(encoding="utf-8"))
        return _release(path, description)
    except (FileNotFoundError, NotADirectoryError):
        # Clients see this message, so it names the folder and not where that lies.
        message = f"There is no release in {folder.name or 'the folder of releases'}: run `bionrw build`."
        raise StoreUnavailable(message) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
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


def _release(path: Path, description: dict[str, Any]) -> Release:
    return Release(
        version=str(description["version"]),
        path=path,
        base_iri=str(description["base_iri"]),
        created=str(description["created"]),
        graphs={str(iri): int(count) for iri, count in description["graphs"].items()},
    )
