"""The conformance suite runs alike on a simulator and on a port that somebody else holds, and finds what is wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.quality import devices
from drivers.rig import bench_plan, bench_suite
from drivers.rig.bench_plan import BenchPlanError, Place
from drivers.rig.conformance import cases_of
from tests.thorough import figure

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def reader_in_another_process(folder: Path, *misbehaving: str) -> Iterator[Path]:
    """A by-id name, as udev gives, of a tty that another process serves."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rig.reader_process", *misbehaving],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        tty = process.stdout.readline().strip()
        by_id = folder / "serial" / "by-id"
        by_id.mkdir(parents=True)
        name = by_id / "usb-Card_Reader_0001-if00"
        name.symlink_to(tty)
        yield name
    finally:
        process.communicate("", timeout=20)


def plan(folder: Path, port: Path) -> list[Place]:
    """That reader is real, all else is absent."""
    path = folder / "bench.toml"
    words = [f'[devices.id_card]\ndriver = "sam_serial"\nport = "{port}"\n']
    words += [f'[devices.{name}]\nabsent = "not on this bench"\n' for name in devices() if name != "id_card"]
    path.write_text("\n".join(words), "utf-8")
    return bench_plan.read(path)


def test_a_reader_that_another_process_serves_passes_as_a_real_one(tmp_path: Path) -> None:
    with reader_in_another_process(tmp_path) as port:
        results = bench_suite.conformance(plan(tmp_path, port), lambda _: None, hands_s=30)
    mine = {result.case: result for result in results if result.device == "id_card"}
    assert {name for name, result in mine.items() if result.verdict == "passed"} == {
        case.__name__ for case in cases_of("id_card")
    } - {"recovers"}
    assert mine["recovers"].verdict == "skipped"
    skipped = [result for result in results if result.device != "id_card"]
    assert {result.device for result in skipped} == set(devices()) - {"id_card"}
    assert all(result.why == "absent: not on this bench" for result in skipped)
    words, well = bench_suite.summary(results, None, ["id_card"])
    assert well, words


def test_a_silent_reader_fails_and_is_named(tmp_path: Path) -> None:
    with reader_in_another_process(tmp_path, "silence") as port:
        results = bench_suite.conformance(only_reader(tmp_path, port), lambda _: None, 1)
    failed = [result for result in results if result.verdict == "failed"]
    assert {"opens_and_is_well", "reads_a_card"} <= {result.case for result in failed}
    assert any("id_card.silent" in result.why for result in failed)
    assert not bench_suite.summary(results, None, ["id_card"])[1]


def only_reader(folder: Path, port: Path) -> list[Place]:
    return [place for place in plan(folder, port) if place.device == "id_card"]


def test_nobody_is_waited_for_where_nobody_is(tmp_path: Path) -> None:
    with reader_in_another_process(tmp_path) as port:
        results = bench_suite.conformance(only_reader(tmp_path, port), lambda _: None, hands_s=0)
    assert next(r for r in results if r.case == "reads_a_card").verdict == "skipped"


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_every_simulated_device_conforms() -> None:
    results = bench_suite.conformance(bench_plan.read(None), lambda _: None)
    words, well = bench_suite.summary(results, None, devices())
    figure(words)
    assert well, [result for result in results if result.verdict == "failed"]
    assert sum(result.verdict == "passed" for result in results) >= 40


def test_only_what_passed_counts_as_provoked(tmp_path: Path) -> None:
    report = tmp_path / "faults.xml"
    cases = [
        '<testcase classname="tests.drivers.ups.test_every_fault" name="test_the_fault_is_provoked[lost]"/>',
        '<testcase classname="tests.drivers.ups.test_every_fault" name="test_the_fault_is_provoked[silent]">'
        "<failure/></testcase>",
        '<testcase classname="tests.drivers.ups.test_every_fault" name="test_the_fault_is_provoked[missing]">'
        "<skipped/></testcase>",
        '<testcase classname="tests.drivers.ups.test_every_fault" name="test_no_fault_of_the_book_is_left_out"/>',
    ]
    report.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>", "utf-8")
    assert bench_suite.provoked_in(report) == {"ups": {"ups.lost"}}
    words, well = bench_suite.summary([], bench_suite.provoked_in(report), ["ups"])
    assert not well
    assert "faults provoked: 1 of" in words
    assert "ups.silent" in words


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("[", "bench"),
        ("[device.id_card]", "device: only"),
        ("devices = 3", "devices: is not a table"),
        ('[devices.lamp]\nabsent = "x"', r"devices\.lamp: is none of camera"),
        ("[devices]\nid_card = 3", r"devices\.id_card: is not a table"),
        ('[devices.id_card]\nabsent = " "', r"devices\.id_card\.absent"),
        ('[devices.id_card]\nabsent = "x"\nport = "y"', r"devices\.id_card\.absent"),
        ('[devices.id_card]\ndriver = "sam_serial"', r"devices\.id_card\.port"),
        (
            '[devices.id_card]\ndriver = "telepathy"\nport = "x"',
            r"devices\.id_card\.driver: 'telepathy' is none of pcsc",
        ),
    ],
)
def test_a_bench_that_cannot_be_used_names_file_key_and_reason(tmp_path: Path, words: str, named: str) -> None:
    path = tmp_path / "bench.toml"
    path.write_text(words, "utf-8")
    with pytest.raises(BenchPlanError, match=named) as refusal:
        bench_plan.read(path)
    assert str(path) in str(refusal.value)
