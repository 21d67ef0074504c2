"""The bare operation of the drain: the same requests, from memory, one after the other on one kept connection."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import requests

from benchmarks.applications import HandedIn
from wire.device_auth import sign_request
from wire.signing import SigningKey


@dataclass(frozen=True)
class Request:
    """Everything made beforehand: body, address and signed headers."""

    method: str
    url: str
    body: bytes
    headers: dict[str, str]


def prepared(items: Iterable[HandedIn], address: str, device_id: str, key: SigningKey) -> list[Request]:
    """A PUT of the page and a POST of the envelope for each item."""
    made = []
    for item in items:
        path = f"/v1/materials/{item.sha256}"
        signed = sign_request("PUT", path, item.page, device_id, key)
        made.append(Request("PUT", address + path, item.page, {**signed, "Content-Type": "image/jpeg"}))
        body = item.envelope.model_dump_json().encode()
        made.append(Request("POST", f"{address}/v1/intake", body, {"Content-Type": "application/json"}))
    return made


def send(session: requests.Session, made: list[Request]) -> float:
    """Seconds for all. Raises RuntimeError for an answer that is no success: it would flatter the figure."""
    began = time.perf_counter()
    for each in made:
        answer = session.request(each.method, each.url, data=each.body, headers=each.headers, timeout=30)
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"{each.method}: {answer.status_code} {answer.text[:300]}")
    return time.perf_counter() - began
