"""Every fault of the book is provoked by the simulated camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

import pytest

from drivers.camera.simulator import CameraSimulator
from drivers.camera.uvc import UvcCamera, create
from drivers.device import Fault
from drivers.faults import book
from tests.drivers import provoking
from tests.drivers.provoking import code_of
from tests.thorough import figure

LIMIT_S = 30.0  # black and frozen are told after one and two seconds of proof


@dataclass
class Bench:
    simulator: CameraSimulator

    def told(self, mode: str) -> str:
        """The code of the first fault of a camera that misbehaves."""
        camera = create(self.simulator.port)
        camera.open()
        try:
            camera.frame()  # a picture first: what stands still must have been one
            self.simulator.misbehave(mode)
            end = monotonic() + LIMIT_S
            while monotonic() < end:
                try:
                    camera.frame()
                except Fault as fault:
                    return fault.code
        finally:
            camera.close()
        raise AssertionError("no fault in time")


def absent() -> UvcCamera:
    return create("/dev/v4l/by-id/none")


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "lost": lambda bench: bench.told("silent"),
    "black": lambda bench: bench.told("black"),
    "frozen": lambda bench: bench.told("frozen"),
    "missing": lambda _: provoking.missing("camera", absent),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        return provoke("camera", lambda: create(bench.simulator.port))

    PROVOKE[name] = of_every_device


@pytest.fixture(scope="module")
def running() -> Iterator[CameraSimulator]:
    simulator = CameraSimulator(who="holder")
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def bench(running: CameraSimulator) -> Bench:
    running.misbehave("well")
    return Bench(running)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"camera.{code}"


def test_a_camera_that_is_not_there_is_lost_at_once() -> None:
    assert code_of(absent().open) == "camera.lost"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("camera.") for code in book() if code.startswith("camera.")}
    assert set(PROVOKE) == of_device
    figure(f"camera: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
