"""The dock's page in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rig.test_rig import Rig, office_port, rig  # noqa: F401 - fixtures

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=4000",
]  # fmt: skip


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_the_page_shows_every_device_and_what_happened_to_it(rig: Rig, tmp_path: Path) -> None:  # noqa: F811
    rig.push("laser_printer", action="paper_out")
    rig.push("id_card", action="put", person="holder")
    browser = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1280,1500"]
    seen = subprocess.run([*browser, "--dump-dom", rig.bench["dock"]], capture_output=True, text=True, timeout=60)
    panels = re.findall(r'<section id="(\w+)"', seen.stdout)
    assert panels == [
        "id_card",
        "camera",
        "document_camera",
        "thermal_printer",
        "laser_printer",
        "sensors",
        "ups",
        "fingerprint",
        "code_scanner",
        "network",
        "kiosk_faults",
    ]
    assert "media-empty" in seen.stdout
    assert "card: holder" in seen.stdout
    assert "身份证读卡器" in seen.stdout
    for misbehaviour in ("sw_66", "unplugged_mid_read", "kill_spooler", "power_off"):
        assert f"<button>{misbehaviour}</button>" in seen.stdout
    assert not re.search(r'(src|href)="(https?:)?//', seen.stdout), "the page asks for nothing from elsewhere"
    picture = tmp_path / "dock.png"
    subprocess.run(
        [*browser, f"--screenshot={picture}", rig.bench["dock"]], capture_output=True, timeout=60, check=True
    )
    assert picture.stat().st_size > 20_000
    rig.push("laser_printer", action="refill")
    rig.push("id_card", action="take")
