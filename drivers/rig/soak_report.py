"""What a soak proved: counts from both ends, memory and threads over the time, a verdict, a plot."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from drivers.rig.soak import Sample, Tally

FLAT_MB = 8.0  # the allocator's own breathing; a leak of one card (1.3 KB) a read would be 19 MB in 72 h
FLAT_THREADS = 1
FLAT_FILES = 8  # connections to the print server and the dock come and go
WITH_PLOT = 3  # files of a report with a plot
NAME = re.compile(r"(?:RECEIPT|LICENCE) \d{6}")


@dataclass(frozen=True)
class Finding:
    """One thing that had to hold."""

    fact: str
    holds: bool


def names_on(papers: Iterable[str]) -> Counter[str]:
    """The numbered names on what came out at the other end."""
    return Counter(name for paper in papers for name in NAME.findall(paper))


def judge(tally: Tally, samples: list[Sample], receipts: Iterable[str], licences: Iterable[str]) -> list[Finding]:
    """``receipts`` and ``licences``: the words on each paper that the simulated printers put out."""
    out = names_on(receipts) + names_on(licences)
    told = Counter(tally.receipts) + Counter(tally.licences)
    unsettled = set(tally.unsettled)
    lost = sorted((told - out).keys())
    doubled = sorted(name for name, count in out.items() if count > 1)
    unasked = sorted(name for name in out if name not in told and name not in unsettled)
    settled = samples[len(samples) // 5 :]  # the first fifth loads modules and fills caches
    tenth = max(1, len(settled) // 10)
    growth = (median(s.rss for s in settled[-tenth:]) - median(s.rss for s in settled[:tenth])) / 1e6
    threads = {s.threads for s in settled}
    descriptors = {s.descriptors for s in settled}
    spread = max(threads, default=0) - min(threads, default=0)
    files = max(descriptors, default=0) - min(descriptors, default=0)
    return [
        Finding(f"no card read failed ({tally.cards} read, {tally.cards_again} laid again)", tally.cards_failed == 0),
        Finding(f"no print lost: {len(told)} told as printed, {len(told) - len(lost)} of them on paper", not lost),
        Finding(f"no print doubled ({', '.join(doubled) or 'none'})", not doubled),
        Finding(f"no paper that was told as not printed ({', '.join(unasked) or 'none'})", not unasked),
        Finding(f"no outcome left open ({len(unsettled)})", not unsettled),
        Finding(f"memory flat: {growth:+.1f} MB after the first fifth", growth < FLAT_MB),
        Finding(f"threads flat: {sorted(threads)}", spread <= FLAT_THREADS),
        Finding(f"open files flat: {sorted(descriptors)}", files <= FLAT_FILES),
    ]


def write(
    out: Path, hours: float, seconds: float, tally: Tally, samples: list[Sample], findings: list[Finding]
) -> list[Path]:
    """soak.json, soak.csv and, where matplotlib is installed, soak.png; gives what was written."""
    out.mkdir(parents=True, exist_ok=True)
    counts: dict[str, Any] = {**asdict(tally), "receipts": len(tally.receipts), "licences": len(tally.licences)}
    report = {
        "hours": hours,
        "seconds": round(seconds, 1),
        "speed": round(hours * 3600 / seconds, 1),
        "counts": counts,
        "findings": [asdict(finding) for finding in findings],
        "samples": [asdict(sample) for sample in samples],
    }
    written = [out / "soak.json", out / "soak.csv"]
    written[0].write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    with written[1].open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, list(asdict(samples[0])) if samples else ["hour"])
        rows.writeheader()
        rows.writerows(asdict(sample) for sample in samples)
    if importlib.util.find_spec("matplotlib") and samples:
        written.append(_plot(out / "soak.png", samples))
    return written


def _plot(path: Path, samples: list[Sample]) -> Path:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    hours = [sample.hour for sample in samples]
    figure, (memory, counts, work) = pyplot.subplots(3, 1, sharex=True, figsize=(10, 9))
    memory.plot(hours, [sample.rss / 1e6 for sample in samples], label="memory of the kiosk's side, MB")
    memory.set_ylim(0, max(sample.rss for sample in samples) / 1e6 * 1.2)
    counts.plot(hours, [sample.threads for sample in samples], label="threads")
    counts.plot(hours, [sample.descriptors for sample in samples], label="open files")
    counts.set_ylim(bottom=0)
    work.plot(hours, [sample.cards for sample in samples], label="cards read")
    work.plot(hours, [sample.receipts for sample in samples], label="receipts printed")
    work.plot(hours, [sample.licences for sample in samples], label="licences printed")
    work.set_yscale("symlog")
    work.set_xlabel("hours of the hall")
    for axes in (memory, counts, work):
        axes.legend(loc="lower right")
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
    return path
