"""What several devices' tests share: one pcscd for the run, because libpcsclite keeps to the first that it met."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from drivers.smart_card.pcsc import SOCKET_VARIABLE
from drivers.smart_card.private_pcscd import PrivatePcscd
from tests.drivers.named_faults import only_faults_of_the_book


def pytest_configure(config: pytest.Config) -> None:
    """Said before any test opens a reader: also one that names no socket then keeps the process to this pcscd."""
    folder = TemporaryDirectory(prefix="kiosk-pcscd-")
    config.add_cleanup(folder.cleanup)
    os.environ[SOCKET_VARIABLE] = str(Path(folder.name) / PrivatePcscd.SOCKET)


@pytest.fixture(scope="session")
def pcscd() -> Iterator[PrivatePcscd]:
    made = PrivatePcscd(Path(os.environ[SOCKET_VARIABLE]).parent)
    made.start()
    yield made
    made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    with only_faults_of_the_book():
        yield
