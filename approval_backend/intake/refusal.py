"""Refusals of the office, as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

PROBLEM_BASE = "urn:kiosk-never-closes:problem:"  # a name, not an address


class Refusal(Exception):
    """An answer other than yes: HTTP status, ``kind`` (last part of the problem type), title, detail, more fields."""

    def __init__(self, status: int, kind: str, title: str, detail: str = "", **more: Any) -> None:
        super().__init__(f"{status} {kind}")
        self.status = status
        self.body: dict[str, Any] = {
            "type": PROBLEM_BASE + kind,
            "title": title,
            "status": status,
            "detail": detail,
            **more,
        }
