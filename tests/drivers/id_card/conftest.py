"""A simulated reader, a driver on it, and cards of invented people."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

import drivers.rig
from drivers.id_card.cards import SimulatedCard, card_for
from drivers.id_card.sam_serial import SamSerial, create
from drivers.id_card.simulator import IdCardSimulator

PEOPLE = tomllib.loads((Path(drivers.rig.__file__).parent / "people.toml").read_text("utf-8"))


def some_face() -> np.ndarray:
    """Soft shapes that compress like a face."""
    face = np.full((252, 204, 3), (210, 200, 190), np.uint8)
    cv2.ellipse(face, (102, 126), (60, 85), 0, 0, 360, (120, 150, 200), -1)
    return cv2.GaussianBlur(face, (31, 31), 0)


@pytest.fixture(scope="session")
def holder() -> dict[str, str]:
    return dict(PEOPLE["holder"])


@pytest.fixture(scope="session")
def card(holder: dict[str, str]) -> SimulatedCard:
    return card_for(holder, some_face(), "holder")


@pytest.fixture
def reader() -> Iterator[IdCardSimulator]:
    simulator = IdCardSimulator()
    yield simulator
    simulator.close()


@pytest.fixture
def driver(reader: IdCardSimulator) -> Iterator[SamSerial]:
    made = create(reader.port)
    made.open()
    yield made
    made.close()
