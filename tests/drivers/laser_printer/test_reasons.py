"""printer-state-reasons, whatever a printer says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.device import Blocked, Ready, Warning
from drivers.faults import book
from drivers.laser_printer.reasons import BLOCKING, WARNING, judge


def test_a_jam_is_told_before_the_empty_tray_behind_it() -> None:
    assert judge(["media-empty-error", "media-jam-error"]) == Blocked("laser_printer.jam")


def test_cups_own_words_are_not_a_fault() -> None:
    assert judge(["cups-waiting-for-job-completed", "none"]) == Ready()


def test_a_size_that_is_not_loaded_is_paper_out_for_that_size_only() -> None:
    assert judge(["none"], "iso_a3_297x420mm", ["iso_a4_210x297mm"]) == Blocked("laser_printer.paper_out")
    assert judge(["none"], "iso_a4_210x297mm", ["iso_a4_210x297mm"]) == Ready()


def test_every_code_is_in_the_fault_book() -> None:
    assert {*BLOCKING.values(), *WARNING.values()} <= set(book())


@given(st.lists(st.text()), st.one_of(st.none(), st.text()), st.lists(st.text()))
def test_no_words_make_it_fail(reasons: list[str], media: str | None, ready: list[str]) -> None:
    assert isinstance(judge(reasons, media, ready), Ready | Warning | Blocked)
