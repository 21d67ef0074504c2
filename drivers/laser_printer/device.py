"""What every page printer for licences can do, whatever it speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from drivers.device import Driver, Status
from drivers.laser_printer.supplies import Supply
from drivers.outcome import Outcome


class LaserPrinter(Driver, Protocol):
    """One or several laser printers with licence stock. ``media`` are PWG 5101.1 names, e.g. ``iso_a3_297x420mm``."""

    def status_for(self, media: str) -> Status:
        """Whether a sheet of this size could be printed now."""
        ...

    def print_document(
        self, pdf: bytes, media: str, title: str, on_job: Callable[[int], None] | None = None
    ) -> Outcome:
        """Print once and wait until it is known what came out; ``on_job`` hears the spooler's job id at hand-over."""
        ...

    def find_job(self, title: str) -> int | None:
        """The newest job of that title, ended ones included; None when the spooler never heard of it."""
        ...

    def settle(self, job_id: int | None, title: str) -> Outcome | None:
        """What became of a job whose submitter died, perhaps before it had written the job id down.

        None when neither spooler nor printer ever heard of it.
        """
        ...

    def cancel(self, job_id: int, title: str = "") -> Outcome:
        """Stop a job and say what is known about its paper."""
        ...

    def supplies(self) -> Mapping[str, tuple[Supply, ...]]:
        """Toner and waste boxes, by printer, as far as they tell."""
        ...
