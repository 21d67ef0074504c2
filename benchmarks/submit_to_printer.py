"""Touch "submit" to the licence's job at the printer, machine-decided, everything on this machine.

    ./kiosk bench submit_to_printer          python -m benchmarks.submit_to_printer [--runs 10]

Prints each run, median and p95 of the whole and of the whole without reading the document, and the whole as a ratio to
reading the document, the bare operation that it wraps. Budget of the design: 2 s p95 plus reading.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.report import Curve, Figure, Report, command
from kiosk_app.demo.hall import Hall
from kiosk_app.demo.report import Report as DemoReport
from kiosk_app.demo.resident import DEVICE_LIMIT_S, Resident

OWN_NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"  # a trade name is granted once, so every run has its own


def run(options: argparse.Namespace) -> Report:
    whole: list[float] = []
    reading: list[float] = []
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder, Hall(Path(folder)) as hall:
        for number in range(options.runs):
            total_ms, ocr_ms = one(hall, Path(folder), OWN_NAMES[number])
            whole.append(total_ms)
            reading.append(ocr_ms)
            print(f"  run {number + 1}: {total_ms:.0f} ms, of which reading {ocr_ms:.0f} ms", flush=True)
    rest = [total - ocr for total, ocr in zip(whole, reading, strict=True)]
    read_median, read_p95 = statistics.median(reading), p95(reading)
    figures = (
        Figure("submit to job, median", statistics.median(whole), "ms", read_median, "reading the document"),
        Figure("submit to job, p95", p95(whole), "ms", read_p95, "reading the document"),
        Figure("without reading, p95", p95(rest), "ms", budget="≤ 2,000 ms"),
    )
    runs = {
        "whole": [(n + 1.0, ms) for n, ms in enumerate(whole)],
        "reading": [(n + 1.0, ms) for n, ms in enumerate(reading)],
    }
    title = 'Touch "submit" to the licence\'s job at the printer, machine-decided'
    curve = Curve("Each run", "run", "milliseconds", runs)
    return Report("submit_to_printer", title, figures, (curve,), {"runs": options.runs})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10, choices=range(1, len(OWN_NAMES) + 1), metavar="1-20")
    command(parser, run)


def one(hall: Hall, folder: Path, own_name: str) -> tuple[float, float]:
    """(submit to job at the printer, of which reading) in ms; the time in which the resident reads is left out."""
    resident = Resident(hall, DemoReport(folder / "report.json", "benchmark"), folder)
    resident.facts = {**resident.facts, "trade_name": f"锦江新区知夏{own_name}书屋"}
    resident.identify()
    resident.apply()
    pressed_at = time.time()
    seen = resident.submit()
    decided_at = time.time()
    before = len(arrivals(hall))
    print_at = time.time()
    resident.print_papers()
    arrived_at = arrivals(hall)[before]
    resident.receipt()
    resident.leave_with_card()
    hall.robot.wait_state("idle", limit_s=DEVICE_LIMIT_S)
    return (decided_at - pressed_at + arrived_at - print_at) * 1000, float(seen["ocr_ms"])


def arrivals(hall: Hall) -> list[float]:
    return sorted(at for printer in hall.dock_state()["laser_printer"]["printers"] for at in printer["arrived"])


def p95(figures: list[float]) -> float:
    """The nearest-rank 95th percentile."""
    ordered = sorted(figures)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


if __name__ == "__main__":
    main()
