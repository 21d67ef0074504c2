"""A simulated module with a driver on it, and Debian's own fprintd."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from drivers.fingerprint.image import FingerprintImage
from drivers.fingerprint.private_fprintd import PrivateFprintd
from drivers.fingerprint.simulator import ZfmSimulator
from drivers.fingerprint.zfm import Zfm, create

PACE = 0.1  # ten times the line's speed: pictures in a second, and the kernel's buffer forgives a slow machine
STAGES = 6  # presses that libfprint's virtual reader wants for one print


@pytest.fixture
def module() -> Iterator[ZfmSimulator]:
    simulator = ZfmSimulator(PACE)
    yield simulator
    simulator.close()


@pytest.fixture
def driver(module: ZfmSimulator) -> Iterator[Zfm]:
    made = create(module.port)
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="module")
def fprintd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateFprintd]:
    if not PrivateFprintd.installed():
        pytest.skip("Debian's fprintd is not installed")
    private = PrivateFprintd(Path(tmp_path_factory.mktemp("fprintd")))
    private.start()
    yield private
    private.stop()


def pressing(fprintd: PrivateFprintd, *images: FingerprintImage) -> Future[None]:
    """One after another, each when the reader asks for it."""

    def press_all() -> None:
        for image in images:
            fprintd.press(image)

    presses = ThreadPoolExecutor(1, thread_name_prefix="presses")
    done = presses.submit(press_all)
    presses.shutdown(wait=False)
    return done
