"""printer-state-reasons, whatever a printer says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Blocked, Ready, Warning
from drivers.faults import book
from drivers.laser_printer.reasons import BLOCKING, HARMLESS, WARNING, judge, meaning_of
from tests.thorough import figure

# RFC 8011, 5.4.12, every keyword, in the order of the text; what a kiosk has to do about each
RFC_8011 = {
    "other": "notice", "none": None, "media-needed": "paper_out", "media-jam": "jam", "moving-to-paused": "paused",
    "paused": "paused", "shutdown": "offline", "connecting-to-device": None, "timed-out": "offline",
    "stopping": "paused", "stopped-partly": "paused", "toner-low": "toner_low", "toner-empty": "toner_out",
    "spool-area-full": "spool_full", "cover-open": "door_open", "interlock-open": "door_open",
    "door-open": "door_open", "input-tray-missing": "tray_missing", "media-low": "paper_low",
    "media-empty": "paper_out", "output-tray-missing": "tray_missing", "output-area-almost-full": "output_almost_full",
    "output-area-full": "output_full", "marker-supply-low": "toner_low", "marker-supply-empty": "toner_out",
    "marker-waste-almost-full": "waste_almost_full", "marker-waste-full": "waste_full",
    "fuser-over-temp": "service_needed", "fuser-under-temp": "warming_up", "opc-near-eol": "wear",
    "opc-life-over": "service_needed", "developer-low": "wear", "developer-empty": "toner_out",
    "interpreter-resource-unavailable": "service_needed",
}  # fmt: skip
# PWG 5100.9: each of these subunits with each of these endings
SUBUNITS = (
    "bander", "binder", "die-cutter", "folder", "imprinter", "inserter", "make-envelope", "perforater", "puncher",
    "separation-cutter", "sheet-rotator", "slitter", "stacker", "stapler", "stitcher", "trimmer", "wrapper", "subunit",
)  # fmt: skip
ENDINGS = {
    "added": None, "removed": None, "closed": None, "turned-on": None, "power-saver": None, "resource-added": None,
    "resource-removed": None, "configuration-change": None, "jam": "jam", "cover-open": "door_open",
    "interlock-open": "door_open", "opened": "door_open", "missing": "tray_missing", "full": "output_full",
    "at-limit": "output_full", "almost-full": "output_almost_full", "near-limit": "output_almost_full",
    "empty": "service_needed", "almost-empty": "wear", "motor-failure": "service_needed",
    "thermistor-failure": "service_needed", "timing-failure": "service_needed",
    "unrecoverable-failure": "service_needed", "recoverable-failure": "wear", "life-over": "service_needed",
    "life-almost-over": "wear", "over-temperature": "service_needed", "under-temperature": "warming_up",
    "warming-up": "warming_up", "memory-exhausted": "service_needed", "offline": "offline", "turned-off": "offline",
    "unrecoverable-storage-error": "service_needed", "recoverable-storage": "wear", "cover-closed": None,
    "interlock-closed": None,
}  # fmt: skip


def code_of(reason: str) -> str | None:
    meaning = meaning_of(reason)
    return meaning.reason.removeprefix("laser_printer.") if meaning else None


@pytest.mark.parametrize("severity", ["", "-report", "-warning", "-error"])
def test_every_registered_keyword_means_the_same_with_every_severity(severity: str) -> None:
    for keyword, code in RFC_8011.items():
        if keyword != "other":  # it says nothing but its severity
            assert code_of(keyword + severity) == code, keyword
    for subunit in SUBUNITS:
        for ending, code in ENDINGS.items():
            assert code_of(f"{subunit}-{ending}{severity}") == code, f"{subunit}-{ending}"
    if not severity:
        figure(f"printer-state-reasons: {len(RFC_8011) + len(SUBUNITS) * len(ENDINGS)} registered keywords mapped")


def test_a_word_that_nobody_knows_is_believed_by_its_severity() -> None:
    assert meaning_of("com.example.sleepy-error") == Blocked("laser_printer.needs_attention")
    assert meaning_of("com.example.sleepy-warning") == Warning("laser_printer.notice")
    assert meaning_of("other") == Warning("laser_printer.notice")
    assert meaning_of("com.example.sleepy-report") is None


def test_a_jam_is_told_before_the_empty_tray_behind_it() -> None:
    assert judge(["media-empty-error", "media-jam-error"]) == Blocked("laser_printer.jam")


def test_what_blocks_is_told_before_what_warns() -> None:
    assert judge(["toner-low", "com.example.sleepy-error"]) == Blocked("laser_printer.needs_attention")


def test_cups_own_words_are_not_a_fault() -> None:
    assert judge(["cups-waiting-for-job-completed", "none"]) == Ready()


def test_a_size_that_is_not_loaded_is_paper_out_for_that_size_only() -> None:
    assert judge(["none"], "iso_a3_297x420mm", ["iso_a4_210x297mm"]) == Blocked("laser_printer.paper_out")
    assert judge(["none"], "iso_a4_210x297mm", ["iso_a4_210x297mm"]) == Ready()


def test_every_code_is_in_the_fault_book_with_the_severity_of_its_status() -> None:
    for codes, severity in ((BLOCKING, "blocking"), (WARNING, "warning")):
        assert {book()[code].severity for code in codes.values()} == {severity}
    assert not HARMLESS & (BLOCKING.keys() | WARNING.keys())


@given(st.lists(st.text()), st.one_of(st.none(), st.text()), st.lists(st.text()))
def test_no_words_make_it_fail(reasons: list[str], media: str | None, ready: list[str]) -> None:
    assert isinstance(judge(reasons, media, ready), Ready | Warning | Blocked)
