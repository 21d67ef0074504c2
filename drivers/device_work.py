"""What is given to a device's thread to do: a command once, a watch again and again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from drivers.device import Driver

D = TypeVar("D", bound=Driver)
T = TypeVar("T")


class DeviceFuture(Future[T]):
    """The result to come of one command; ``session_id`` says for whom, so that late results can be dropped."""

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self.session_id = session_id


@dataclass(frozen=True)
class Command(Generic[D]):
    """One function to run with the driver, and who waits for it."""

    future: DeviceFuture[Any]
    run: Callable[[D], Any]


@dataclass
class Watch(Generic[D]):
    """One function to run with the driver every ``every_s`` seconds; ``due`` is of the host's clock."""

    session_id: str
    step: Callable[[D], None]
    every_s: float
    due: float = field(default=0.0)
