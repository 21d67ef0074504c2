"""What is wrong with a file of the catalogue, and where."""

from __future__ import annotations


class CatalogueError(ValueError):
    """A file cannot be used: ``file`` (below the folder), ``key`` (dotted, may be empty), ``reason``."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key or '(whole file)'}: {reason}")
        self.file, self.key, self.reason = file, key, reason
