"""The fault book and the code agree, both ways."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from drivers import faults
from drivers.device import Fault
from drivers.faults import MANUAL, FaultBookError, book, explain, manual, read_book
from tests.drivers.named_faults import only_faults_of_the_book

DRIVERS = Path(faults.__file__).parent
DEVICES = sorted(path.parent.name for path in DRIVERS.glob("*/faults.toml"))
SHARED_SOURCES = sorted(DRIVERS.glob("*.py"))
CODE = re.compile(rf"({'|'.join(DEVICES)})\.([a-z0-9_]+)")
NOT_CODES = {"ups.status", "ups.conf"}  # a variable and a file of NUT
GOOD = "cause={zh='a',en='b'}\nremedy={zh='a',en='b'}\nresident={zh='a',en='b'}\n"


def codes_in(path: Path) -> tuple[set[str], set[str]]:
    """Whole codes, and the names behind the dot of codes that are put together (f"{device}.lost")."""
    whole: set[str] = set()
    suffixes: set[str] = set()
    if path.suffix == ".toml":  # a table that gives a device's own words for things their codes
        return {found[0] for found in CODE.finditer(path.read_text("utf-8"))}, suffixes
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            whole.add(node.value)
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2 and isinstance(node.values[1], ast.Constant):
            name = re.fullmatch(r"\.([a-z_]+)", str(node.values[1].value))
            if name:
                suffixes.add(name[1])
        # f"{device}.{code}" in a function of its own: then the codes are the first arguments of calls in that file
        if isinstance(node, ast.JoinedStr) and [getattr(part, "value", "") for part in node.values[1:2]] == ["."]:
            calls = (call for call in ast.walk(tree) if isinstance(call, ast.Call) and call.args)
            suffixes |= {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}
    return whole, suffixes


def sources(device: str) -> list[Path]:
    tables = (path for path in (DRIVERS / device).glob("*.toml") if path.name not in ("faults.toml", "QUALITY.toml"))
    return sorted([*(DRIVERS / device).glob("*.py"), *tables])


@pytest.mark.parametrize("device", DEVICES)
def test_every_code_that_a_driver_names_is_in_the_book(device: str) -> None:
    named = set().union(*(codes_in(path)[0] for path in sources(device)))
    assert named - set(book()) - NOT_CODES == set()


@pytest.mark.parametrize("device", DEVICES)
def test_every_code_of_the_book_is_raised_or_reported_somewhere(device: str) -> None:
    whole: set[str] = set()
    suffixes = {"missing", "driver_failed", "stopped", "ended"}  # DeviceHost's own: see test_host.py
    for path in [*SHARED_SOURCES, *(path for name in DEVICES for path in sources(name))]:
        named, put_together = codes_in(path)
        whole |= named
        suffixes |= put_together
    of_device = {code for code in book() if code.startswith(f"{device}.")}
    assert {code for code in of_device - whole if code.split(".")[1] not in suffixes} == set()


def test_a_fault_that_is_not_in_the_book_is_caught_when_it_is_raised() -> None:
    with pytest.raises(AssertionError, match=r"ups\.never_heard_of"), only_faults_of_the_book():
        Fault("ups.never_heard_of")
    with only_faults_of_the_book():
        Fault("ups.alarm")


def test_the_manual_is_what_the_book_says() -> None:
    assert MANUAL.read_text("utf-8") == manual(), "run: python -m drivers.faults"


def test_every_entry_speaks_both_languages() -> None:
    for entry in book().values():
        for words in (entry.cause, entry.remedy, entry.resident):
            assert words.zh.strip(), entry.code
            assert words.en.strip(), entry.code
            assert re.search("[\u4e00-\u9fff]", words.zh), entry.code


def test_an_unknown_code_is_explained_as_unknown() -> None:
    entry = explain("id_card.never_heard_of")
    assert "id_card.never_heard_of" in entry.cause.en
    assert entry.resident.zh


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("[broken\n", "faults.toml"),
        ("[a]\nseverity='awful'\n" + GOOD, "a.severity"),
        ("[a]\n" + GOOD, "a.severity"),
        ("[a]\nseverity='warning'\nextra=1\n" + GOOD, "a.extra"),
        ("a=1\n", "a: is not a table"),
    ],
)
def test_a_bad_book_is_refused_with_file_and_key(tmp_path: Path, content: str, where: str) -> None:
    (tmp_path / "lamp").mkdir()
    (tmp_path / "lamp" / "faults.toml").write_text(content, "utf-8")
    with pytest.raises(FaultBookError, match=re.escape(where)) as refusal:
        read_book(tmp_path)
    assert "lamp" in str(refusal.value)
