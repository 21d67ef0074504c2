"""What holds for each device folder: its faults are all provoked, its parsers fuzzed, its checklist true."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from drivers.faults import book, shared_codes
from drivers.quality import HERE, Quality, QualityError, devices, read
from tests.thorough import figure

ROOT = HERE.parent
GOOD = "\n".join(f'[{rule}]\ndone = false\nreason = "nobody has done it yet"\n' for rule in Quality.model_fields)


def codes_of(device: str) -> set[str]:
    """Without the device's name."""
    return {code.partition(".")[2] for code in book() if code.partition(".")[0] == device}


@pytest.mark.parametrize("device", devices())
def test_each_fault_of_the_book_has_a_test_that_provokes_it(device: str) -> None:
    provoked = import_module(f"tests.drivers.{device}.test_every_fault").PROVOKE
    assert codes_of(device) > shared_codes(), f"drivers/{device}/faults.toml"
    assert set(provoked) == codes_of(device)
    assert all(callable(provoke) for provoke in provoked.values())


@pytest.mark.parametrize("device", devices())
def test_each_parser_can_be_fuzzed_by_name_or_there_is_none(device: str) -> None:
    if read(device).fuzzed.done == "exempt":
        assert not (ROOT / "tests" / "drivers" / device / "fuzz.py").exists()
        return
    targets = import_module(f"tests.drivers.{device}.fuzz").TARGETS
    assert targets
    assert all(name.startswith(f"{device}.") for name in targets)
    for target in targets.values():
        target(b"")


@pytest.mark.parametrize("device", devices())
def test_what_the_checklist_calls_done_is_shown_by_files_that_exist(device: str) -> None:
    for name, rule in read(device):
        for path in rule.shown_by:
            assert (ROOT / path).is_file(), f"{device}.{name}: {path}"


@pytest.mark.parametrize("device", devices())
def test_nobody_claims_real_hardware_without_a_record_of_it(device: str) -> None:
    rule = read(device).real_hardware
    assert rule.done is False or all(path.startswith("docs/hardware/") for path in rule.shown_by)


def test_the_counts_of_the_house() -> None:
    provoked = sum(len(import_module(f"tests.drivers.{device}.test_every_fault").PROVOKE) for device in devices())
    figure(f"drivers: {len(devices())} devices, {provoked} of {len(book())} faults of the book provoked")
    assert provoked == len(book())


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (GOOD.replace("[soak]", "[soup]"), "soak"),
        (GOOD + "\n[extra]\ndone = false\nreason = 'a reason that is long'\n", "extra"),
        (GOOD.replace("nobody has done it yet", "no"), "reason"),
        (GOOD.replace("done = false", "done = true"), "shown_by"),
        (GOOD.replace("done = false", "done = 'soon'"), "done"),
        (GOOD.replace("done = false", "done = false\nshown_by = ['README.md']"), "shown_by"),
        ("[", "QUALITY.toml"),
    ],
)
def test_a_checklist_that_claims_too_much_or_too_little_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, named: str
) -> None:
    monkeypatch.setattr("drivers.quality.HERE", tmp_path)
    (tmp_path / "lamp").mkdir()
    path = tmp_path / "lamp" / "QUALITY.toml"
    path.write_text(GOOD, "utf-8")
    assert read("lamp").soak.done is False
    path.write_text(changed, "utf-8")
    with pytest.raises(QualityError, match=named) as refusal:
        read("lamp")
    assert "lamp" in str(refusal.value)
