"""A disk that is really full: production's SQLCipher and file calls on a small file system of their own."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.durability.faults import Kiosk
from tests.durability.subject import look
from tests.thorough import figure, rounds

pytestmark = pytest.mark.timeout(600)  # of a thorough run; a default one takes seconds

SIZE = 4 * 1024 * 1024
STEP = rounds(32, 4) * 1024  # bytes of free space between two points; 4 KB is a page of tmpfs and of the database


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of SIZE bytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system needs root and is not allowed here; the injected faults still ran")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_visit_on_a_disk_with_any_little_room_loses_nothing(small_disk: Path) -> None:
    rng = random.Random()
    room, points, full, named, went_on = 0, 0, 0, Counter[str](), 0
    while True:
        root, ballast = small_disk / "kiosk", small_disk / "ballast"
        root.mkdir()
        kiosk = Kiosk(root, rng)
        kiosk.visit()  # in service, with something already kept
        kept = set(kiosk.told.sealed)
        assert not kiosk.named
        _fill(ballast, room)
        kiosk.visit()
        trouble = kiosk.named.total()
        named.update(kiosk.named)
        points, full = points + 1, full + bool(trouble)
        assert set(kiosk.named) <= {"StoreFailed"}, kiosk.named
        if not trouble:
            assert len(kiosk.told.sealed) > len(kept)
        ballast.unlink()
        kiosk.visit()
        went_on += kiosk.named.total() == trouble
        kiosk.drain()
        for when in ("going on", "after a restart"):
            assert kiosk.store is not None
            found = look(kiosk.store, kiosk.told)
            assert not found.wrong(), f"{room} bytes of room, {when}: {found}"
            assert kiosk.told.sealed <= set(kiosk.desk.taken), f"{room} bytes of room, {when}"
            kiosk.close()
            kiosk.visit()
        kiosk.close()
        shutil.rmtree(root)
        if not trouble:
            break
        room += STEP
    figure(
        f"a really full disk: {points} points swept, from no room to {room // 1024} KB, full at {full} of them, named"
        f" {dict(named)}; went on without a restart at {went_on}, 0 lost"
    )
    assert full, "the disk was never full: the test saw nothing"
    assert went_on == points, "some needed a restart once there was room again"


def _fill(ballast: Path, room: int) -> None:
    """Take all space but ``room`` bytes."""
    with ballast.open("wb") as file:
        status = os.statvfs(ballast)
        free = status.f_bavail * status.f_frsize - room
        if free > 0:
            os.posix_fallocate(file.fileno(), 0, free)
