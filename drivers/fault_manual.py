"""The fault book as a page for technicians, Chinese first: docs/faults.md is made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from drivers.faults import FaultEntry

SEVERITY = {
    "blocking": "停用 blocking",
    "warning": "提醒 warning",
    "transient": "短暂 transient",
}
HEAD = """# 故障手册 · Fault book

由 `drivers/*/faults.toml` 生成，请勿手工修改：`python -m drivers.faults`。
Made from `drivers/*/faults.toml`; do not edit by hand: `python -m drivers.faults`.

代码为 `设备.故障`，与维护界面、日志和中心平台所示一致。
*停用*：设备不能工作，直到有人处理；*提醒*：还能工作，应尽快查看；*短暂*：通常自行恢复。

A code is `device.fault`, the same on the technician's screen, in the log and at the office.
*Blocking*: cannot work until somebody helps; *warning*: works, somebody should look; *transient*: usually mends itself.
"""
SHARED_HEAD = """
## 每台设备共有 · Every device

以下故障每台设备都有，下文不再重复（`<设备>.missing` 等）。 These belong to every device and are not repeated below.
"""


def render(book: Mapping[str, FaultEntry], shared: Iterable[str]) -> str:
    """The whole page. ``shared`` names the codes behind the dot that every device has."""
    ordered = sorted(book.values(), key=lambda entry: entry.code)
    devices = {device: list(entries) for device, entries in groupby(ordered, key=lambda entry: _split(entry)[0])}
    common = set(shared)
    first = next(iter(devices.values()), [])
    parts = [
        HEAD,
        SHARED_HEAD,
        *(_entry(entry, f"…{_split(entry)[1]}") for entry in first if _split(entry)[1] in common),
    ]
    for device, entries in devices.items():
        parts.append(f"\n## {device}\n")
        parts += [_entry(entry, entry.code) for entry in entries if _split(entry)[1] not in common]
    return "".join(parts)


def _entry(entry: FaultEntry, title: str) -> str:
    return (
        f"\n### `{title}`\n\n"
        f"{SEVERITY[entry.severity]}\n\n"
        f"- 原因：{entry.cause.zh}。 Cause: {entry.cause.en}.\n"
        f"- 处理：{entry.remedy.zh}。 Remedy: {entry.remedy.en}.\n"
        f"- 群众所见：{entry.resident.zh} The resident reads: {entry.resident.en}\n"
    )


def _split(entry: FaultEntry) -> tuple[str, str]:
    device, _, code = entry.code.partition(".")
    return device, code
