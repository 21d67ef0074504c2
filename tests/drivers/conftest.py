"""What several devices' tests share: one pcscd for the run, because libpcsclite keeps to the first that it met."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.smart_card.pcsc import SOCKET_VARIABLE
from drivers.smart_card.private_pcscd import PrivatePcscd
from tests.drivers.named_faults import only_faults_of_the_book


@pytest.fixture(scope="session")
def pcscd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePcscd]:
    # the process may have met one already: then this one listens where that did
    socket = os.environ.get(SOCKET_VARIABLE)
    made = PrivatePcscd(Path(socket).parent if socket else tmp_path_factory.mktemp("pcscd"))
    made.start()
    yield made
    made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    with only_faults_of_the_book():
        yield
