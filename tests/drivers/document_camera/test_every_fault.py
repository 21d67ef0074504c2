"""Every fault of the book is provoked by the simulated desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

import pytest

from drivers.device import Fault
from drivers.document_camera.simulator import DocumentCameraSimulator
from drivers.document_camera.uvc import UvcDocumentCamera, create
from drivers.faults import book
from tests.drivers import provoking
from tests.thorough import figure

LIMIT_S = 30.0  # black and frozen are told after one and two seconds of proof


@dataclass
class Bench:
    simulator: DocumentCameraSimulator

    def told(self, act: Callable[[UvcDocumentCamera], object], mode: str = "well") -> str:
        """The code of the first fault of a camera that saw the desk, and then misbehaves."""
        camera = create(self.simulator.port)
        camera.open()
        try:
            camera.frame()
            self.simulator.misbehave(mode)
            end = monotonic() + LIMIT_S
            while monotonic() < end:
                try:
                    act(camera)
                except Fault as fault:
                    return fault.code
        finally:
            camera.close()
        raise AssertionError("no fault in time")


def behaving(mode: str) -> Callable[[Bench], str]:
    return lambda bench: bench.told(lambda camera: camera.frame(), mode)


def laid(paper: str) -> Callable[[Bench], str]:
    def provoke(bench: Bench) -> str:
        bench.simulator.show(paper)
        return bench.told(lambda camera: camera.capture())

    return provoke


PROVOKE: dict[str, Callable[[Bench], str]] = {
    "lost": behaving("silent"),
    "black": behaving("black"),
    "frozen": behaving("frozen"),
    "no_page": laid("none"),
    "cut_off": laid("cut_off"),
    "too_dark": laid("dark"),
    "blurred": laid("blurred"),
    "glare": laid("glare"),
    "missing": lambda _: provoking.missing("document_camera", lambda: create("/dev/v4l/by-id/none")),
}
for name, provoke in provoking.OF_EVERY_DEVICE.items():

    def of_every_device(bench: Bench, provoke: Callable[..., str] = provoke) -> str:
        return provoke("document_camera", lambda: create(bench.simulator.port))

    PROVOKE[name] = of_every_device


@pytest.fixture(scope="module")
def running() -> Iterator[DocumentCameraSimulator]:
    simulator = DocumentCameraSimulator()
    simulator.start()
    yield simulator
    simulator.stop()


@pytest.fixture
def bench(running: DocumentCameraSimulator) -> Bench:
    running.misbehave("well")
    running.show("proof")
    return Bench(running)


@pytest.mark.parametrize("code", PROVOKE)
def test_the_fault_is_provoked(bench: Bench, code: str) -> None:
    assert PROVOKE[code](bench) == f"document_camera.{code}"


def test_no_fault_of_the_book_is_left_out() -> None:
    of_device = {code.removeprefix("document_camera.") for code in book() if code.startswith("document_camera.")}
    assert set(PROVOKE) == of_device
    figure(f"document_camera: {len(PROVOKE)} of {len(of_device)} faults of the book provoked")
