"""The five scenarios of a night at the hall; the demo shows them, the tests require them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk_app.demo.evidence import application_rows, licence_facts, public_page, read_qr, traces_of, words_on
from kiosk_app.demo.hall import Hall
from kiosk_app.demo.report import Report
from kiosk_app.demo.resident import DEVICE_LIMIT_S, Resident


class ScenarioFailed(AssertionError):
    """What should have been seen and was not."""


def require(condition: bool, fact: str, report: Report) -> None:
    """Writes the fact down as seen, or raises ScenarioFailed with it."""
    if not condition:
        report.outcome = f"failed: {fact}"
        report.write()
        raise ScenarioFailed(fact)
    report.check(fact)


@dataclass(frozen=True)
class Scenario:
    """``limits`` are settings of the session that the scenario needs, e.g. a shorter idle limit."""

    play: Callable[[Hall, Report, Path, float], None]
    title: str
    limits: dict[str, float]


def granted(hall: Hall, report: Report, out: Path, pace: float) -> None:
    """Card to paper: applied, decided by machine, printed, receipt."""
    resident = Resident(hall, report, out, pace=pace)
    resident.identify()
    resident.apply(pinyin=True)
    pressed_at = time.time()
    seen = resident.submit()
    decided_at = time.time()
    resident.shot("decision")
    require(seen["decision"] == "granted", "the machine granted the application", report)
    papers_before = len(hall.papers())
    print_pressed_at = time.time()
    seen = resident.print_papers()
    require(all(p["state"] == "printed" for p in seen["papers"]), "every sheet is known to be printed", report)
    arrived = hall.papers()[papers_before:]
    require(len(arrived) == 2, "original and duplicate arrived at the printer, once each", report)
    first_at = min(at for printer in hall.dock_state()["laser_printer"]["printers"] for at in printer["arrived"])
    at_printer_ms = (decided_at - pressed_at + max(0.0, first_at - print_pressed_at)) * 1000
    ocr_ms = seen.get("ocr_ms") or 0
    report.figures |= {
        "submit_to_job_at_printer_ms": round(at_printer_ms),
        "of_which_ocr_ms": ocr_ms,
        "submit_to_job_without_ocr_ms": round(at_printer_ms - ocr_ms),
    }
    report.ids |= {"application": seen["application_id"], "reference": seen["reference"]}
    keep_papers(report, out, arrived)
    look_at_original(report, out, resident)
    slips = len(hall.receipts())
    seen = resident.receipt()
    require(seen["receipt"] == "printed", "the receipt is known to be printed", report)
    keep_receipt(hall, report, out, slips)
    resident.leave_with_card()
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
    require(
        not traces_of(hall, resident.facts),
        "nothing of the resident is left on screen, in view models or on disk",
        report,
    )
    report.outcome = "granted"


def offline(hall: Hall, report: Report, out: Path, pace: float) -> None:
    """The office dies before Submit; the application is kept, sent once, decided, and collected later."""
    resident = Resident(hall, report, out, pace=pace)
    resident.identify()
    resident.apply()
    assert hall.office is not None
    hall.office.kill()
    seen = resident.submit()
    resident.shot("queued")
    require(seen["submit"] == "queued", "with the office killed, the application is kept and said to be queued", report)
    application = seen["application_id"]
    slips = len(hall.receipts())
    seen = resident.receipt()
    require(seen["receipt"] == "printed", "the receipt says queued and what happens next", report)
    keep_receipt(hall, report, out, slips)
    resident.leave_with_card()
    require(not hall.papers(), "no licence was printed while nobody had decided", report)
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
    hall.start_office()
    again = Resident(hall, report, out, pace=pace)
    seen = collect_when_ready(again)
    again.shot("collect")
    seen = again.print_papers("button_collect")
    require(
        all(p["state"] == "printed" for p in seen["papers"]), "the licence was collected with the same card", report
    )
    keep_papers(report, out, hall.papers())
    require(len(hall.papers()) == 2, "original and duplicate were printed once each", report)
    require(application_rows(hall) == [application], "exactly one application stands at the office", report)
    again.receipt()
    again.leave_with_card()
    report.ids |= {"application": application}
    report.outcome = "queued, then granted and collected"


def collect_when_ready(resident: Resident) -> dict[str, object]:
    """Comes back with the same card until the document waits; drains and decides meanwhile."""
    deadline = time.monotonic() + 90
    while True:
        resident.identify()
        seen = resident.robot.state()
        if not seen["collectable"]:
            try:
                seen = resident.robot.wait(lambda s: s["collectable"] > 0, "a document to collect", 3)
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                resident.hall.dock("id_card", action="take")
                resident.robot.tap("button_leave")
                resident.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
                continue
        return seen


def wrong_face(hall: Hall, report: Report, out: Path, pace: float) -> None:
    """Somebody else with a found card: refused three times, shown the way out, nothing submitted."""
    resident = Resident(hall, report, out, pace=pace)
    hall.dock("camera", face="other")
    resident.arrive()
    resident.lay_card()
    for attempt in (1, 2, 3):
        seen = resident.show_face("other", shot=attempt == 1)
        require(bool(seen["refused"]) and seen["attempt"] == attempt, f"attempt {attempt} was refused", report)
        if attempt < 3:
            resident.shot(f"refused-{attempt}")
            resident.robot.tap("button_retry_face")
            resident.robot.wait(lambda s: not s["refused"], "next attempt")
    resident.shot("way-out")
    require(seen["exhausted"], "after three attempts only the named way out is offered", report)
    require("button_retry_face" not in resident.robot.state()["visible"], "there is no fourth attempt", report)
    resident.robot.tap("button_end")
    resident.robot.wait_state("take_card", "idle")
    hall.dock("id_card", action="take")
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
    require(application_rows(hall) == [], "nothing was submitted", report)
    report.outcome = "refused"


def paper_out(hall: Hall, report: Report, out: Path, pace: float) -> None:
    """No paper before the session: greyed out, with the reason. In the middle: told truthfully, still collectable."""
    robot = hall.robot
    robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
    robot.wait(lambda s: s["offers"].get("AA-01") is True, "AA-01 possible", DEVICE_LIMIT_S)
    hall.dock("laser_printer", action="paper_out")
    robot.wait(lambda s: s["offers"].get("AA-01") is False, "AA-01 greyed out", DEVICE_LIMIT_S)
    resident = Resident(hall, report, out, pace=pace)
    resident.shot("paper-out-before")
    report.check("without paper AA-01 is greyed out before the session, with the reason")
    hall.dock("laser_printer", action="refill")
    robot.wait(lambda s: s["offers"].get("AA-01") is True, "AA-01 back", DEVICE_LIMIT_S)
    report.check("after the refill it came back by itself")
    resident.identify()
    resident.apply()
    seen = resident.submit()
    require(seen["decision"] == "granted", "granted", report)
    hall.dock("laser_printer", action="paper_out")
    seen = resident.print_papers(limit_s=300)
    states = [p["state"] for p in seen["papers"]]
    require("printed" not in states and "not_printed" in states, "no sheet came, and that is what was said", report)
    require(not hall.papers(), "the printer indeed put out nothing", report)
    slips = len(hall.receipts())
    resident.receipt()
    keep_receipt(hall, report, out, slips)
    resident.leave_with_card()
    hall.dock("laser_printer", action="refill")
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
    robot.wait(lambda s: s["offers"].get("AA-01") is True, "printer well again", DEVICE_LIMIT_S)
    again = Resident(hall, report, out, pace=pace)
    collect_when_ready(again)
    seen = again.print_papers("button_collect")
    require(all(p["state"] == "printed" for p in seen["papers"]), "the licence was collected after the refill", report)
    require(len(hall.papers()) == 2, "original and duplicate were printed once each", report)
    keep_papers(report, out, hall.papers())
    again.receipt()
    again.leave_with_card()
    report.outcome = "not printed, then collected"


def walk_away(hall: Hall, report: Report, out: Path, pace: float) -> None:
    """The resident walks off in the middle of the form: countdown, end, and nothing of them is left."""
    resident = Resident(hall, report, out, pace=pace)
    resident.identify()
    resident.choose_service()
    resident.fill_in(pinyin=True)
    resident.photograph()
    resident.shot("left-alone")
    hall.robot.wait(lambda s: s["countdown"] is not None, "countdown", 30)
    resident.shot("countdown")
    report.check("the countdown was shown")
    hall.robot.wait_state("take_card", "idle", limit_s=30)
    resident.shot("ended")
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
    resident.shot("idle-again")
    left = traces_of(hall, resident.facts)
    require(
        not left,
        f"nothing of the resident is left ({', '.join(left) or 'screen, view models, keyboard, files, spool'})",
        report,
    )
    require(application_rows(hall) == [], "nothing was submitted", report)
    report.outcome = "wiped"


def look_at_original(report: Report, out: Path, resident: Resident) -> None:
    """Page, words and QR of the original, by poppler and zbar; and what the office's public page says of it."""
    original = next(out / name for name in report.ids if str(name).startswith("licence") and is_a3(report.ids[name]))
    require(report.ids[original.name]["pdf_a"], "the original is A3 landscape and PDF/A", report)
    words = words_on(original)
    facts = resident.facts
    wanted = [facts["name"], facts["trade_name"], facts["premises_address"]]
    require(
        all(word in words for word in wanted), "name, trade name and premises on paper are those of the form", report
    )
    address = read_qr(original)
    report.ids["verification_url"] = address
    require("有效" in public_page(address), "the QR opens the office's page, which says valid", report)
    place = address.index("?s=") + 10
    changed = address[:place] + ("A" if address[place] != "A" else "B") + address[place + 1 :]
    require("无效" in public_page(changed), "with one character changed it says invalid", report)


def is_a3(facts: object) -> bool:
    return isinstance(facts, dict) and facts.get("mm") == [420, 297]


def keep_papers(report: Report, out: Path, papers: list[Path]) -> None:
    """Copies what arrived at the printer to the run's folder, and notes what is on it."""
    for number, path in enumerate(papers, start=1):
        kept = out / f"licence-{number}.pdf"
        kept.write_bytes(path.read_bytes())
        report.ids[kept.name] = licence_facts(kept)


def keep_receipt(hall: Hall, report: Report, out: Path, before: int) -> None:
    """The newest slip; it is drawn when the knife falls, which is just before the printer answers."""
    slips = hall.receipts()
    require(len(slips) > before, "a receipt was cut", report)
    kept = out / "receipt.png"
    kept.write_bytes(slips[-1].read_bytes())
    report.ids["receipt"] = kept.name


SCENARIOS = {
    "granted": Scenario(granted, "applied, decided by machine, printed", {}),
    "offline": Scenario(offline, "the office is killed before Submit", {}),
    "wrong-face": Scenario(wrong_face, "somebody else with a found card", {}),
    "paper-out": Scenario(paper_out, "no paper, before and in the middle", {}),
    "walk-away": Scenario(walk_away, "the resident walks off", {"idle_s": 4, "countdown_s": 4, "take_card_s": 1}),
}
