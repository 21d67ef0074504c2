"""Notes each fault that is raised while a test runs, so that none can be raised that is not in the book."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from drivers.device import Fault
from drivers.faults import book
from drivers.quality import devices

PLAIN = Fault.__init__  # a watch within a watch keeps what it sees to itself


@contextmanager
def only_faults_of_the_book() -> Iterator[None]:
    """AssertionError at the end, naming the codes of real devices that the book does not know."""
    made: set[str] = set()

    def noting(self: Fault, code: str, detail: str = "") -> None:
        made.add(code)
        PLAIN(self, code, detail)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Fault, "__init__", noting)
        yield
    known = set(devices())
    strangers = sorted(code for code in made if code.partition(".")[0] in known and code not in book())
    assert not strangers, f"raised, and not in any faults.toml: {', '.join(strangers)}"
