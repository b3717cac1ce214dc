"""From source files to an immutable, served release."""

from bionrw.release.pipeline import build

__all__ = ["build"]
