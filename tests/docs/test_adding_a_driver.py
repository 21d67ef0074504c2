"""The driver of docs/adding-a-driver.md is written out of the page into a copy of the tree, and works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "adding-a-driver.md"
BLOCK = re.compile(r"^```(?:python|toml) (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SHARED_TESTS = ("__init__.py", "listening.py", "provoking.py", "named_faults.py")
FOR_EACH_DRIVER = "tests/drivers/test_every_driver.py"
LIMIT_S = 100


def blocks() -> dict[str, str]:
    return {found["path"]: found["text"] for found in BLOCK.finditer(PAGE.read_text("utf-8"))}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drivers' common files, two packages they stand on, and what the page adds."""
    copy = tmp_path_factory.mktemp("tree")
    (copy / "drivers").mkdir()
    (copy / "tests" / "drivers").mkdir(parents=True)
    (copy / "docs").mkdir()
    for path in (ROOT / "drivers").glob("*.*"):
        shutil.copy(path, copy / "drivers")
    shutil.copytree(ROOT / "wire", copy / "wire", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests/__init__.py", "tests/thorough.py", "pyproject.toml", FOR_EACH_DRIVER):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy / name)
    for name in SHARED_TESTS:
        shutil.copy(ROOT / "tests" / "drivers" / name, copy / "tests" / "drivers")
    for name, text in blocks().items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, "utf-8")
    return copy


def run(tree: Path, *arguments: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=tree,
        env={**plain, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_holds_every_file_that_a_driver_needs() -> None:
    paths = set(blocks())
    for needed in ("faults.toml", "device.py", "serial_lamp.py", "simulator.py", "QUALITY.toml"):
        assert f"drivers/lamp/{needed}" in paths
    assert not (ROOT / "drivers" / "lamp").exists()


def test_its_tests_pass_and_those_of_every_driver_hold_for_it_too(tree: Path) -> None:
    run(tree, "drivers.faults")
    assert "lamp.bulb_failed" in (tree / "docs" / "faults.md").read_text("utf-8")
    told = run(tree, "pytest", "-q", "-p", "no:cacheprovider", "tests/drivers")
    passed = re.search(r"(\d+) passed", told)
    assert passed is not None
    assert int(passed[1]) >= 25
    assert "failed" not in told


def test_the_registry_finds_it_by_its_name(tree: Path) -> None:
    (tree / "found.py").write_text(
        "from drivers.registry import DeviceConfig, build_driver\n"
        "config = DeviceConfig(driver='serial_lamp', port='/dev/none')\n"
        "print(type(build_driver('lamp', config)).__name__)\n",
        "utf-8",
    )
    assert run(tree, "found").strip() == "SerialLamp"


def test_it_is_as_tidy_as_the_rest(tree: Path) -> None:
    run(tree, "ruff", "check", "drivers/lamp", "tests/drivers/lamp")
    run(tree, "ruff", "format", "--check", "drivers/lamp", "tests/drivers/lamp")
