"""How the outbox is told to a technician: a table, and the facts of one envelope. Nothing of a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from kiosk_app.session.refusal_words import words_for
from offline_cache.items import Item, OutboxState
from offline_cache.outbox_listing import OutboxLine
from wire.follow_up import local_number
from wire.messages import EnvelopeKind, Problem

_STATES = {
    OutboxState.SEALED: "waiting",
    OutboxState.SENDING: "sending",
    OutboxState.ACCEPTED: "accepted",
    OutboxState.REJECTED: "DEAD LETTER",
    OutboxState.CLOSED: "closed",
}


def listing(found: tuple[OutboxLine, ...], now: datetime) -> Iterator[str]:
    """One line each, a closing count."""
    if found:
        yield f"{'id':36}  {'state':11}  {'age':>9}  {'sent':>4}  kind"
    for line in found:
        why = f"  ({_kind(line.problem)})" if line.problem else ""
        kind = line.kind.value.replace("_", " ")
        yield f"{line.id}  {_STATES[line.state]:11}  {age(now - line.sealed_at):>9}  {line.attempts:>4}  {kind}{why}"
    dead = sum(line.state is OutboxState.REJECTED for line in found)
    waiting = sum(line.state in (OutboxState.SEALED, OutboxState.SENDING) for line in found)
    yield f"{waiting} waiting, {dead} dead letters"


def facts(item: Item, now: datetime) -> Iterator[str]:
    """What may be known of an envelope without looking into it."""
    yield f"id        {item.id}"
    yield f"kind      {item.kind.value.replace('_', ' ')}"
    if item.kind is EnvelopeKind.APPLICATION:
        yield f"number    {local_number(item.id)}  (on the resident's receipt)"
    yield f"state     {_STATES[item.state]}, sent {item.attempts} times"
    yield f"sealed    {item.sealed_at.isoformat()}  ({age(now - item.sealed_at)} ago)"
    yield f"sha-256   {item.content_sha256}"
    if item.envelope is not None and item.kind is EnvelopeKind.APPLICATION:
        body = item.envelope.sealed.body
        pages = body.get("materials", ())
        yield f"service   {body.get('service', '?')}, catalogue {body.get('catalogue_version', '?')}"
        yield f"materials {len(pages)}, {sum(page.get('size_bytes', 0) for page in pages)} bytes"
    if item.ack is not None:
        yield f"reference {item.ack.reference}, received {item.ack.received_at.isoformat()}"
    if item.problem is not None:
        words = words_for(item.problem)
        yield f"problem   {json.dumps(item.problem.model_dump(mode='json'), ensure_ascii=False)}"
        yield f"remedy    {words.remedy.en}"
        yield f"          {words.remedy.zh}"


def age(span: timedelta) -> str:
    """``3 d 4 h``, ``12 min``; what lies in the future comes from a clock that was wrong."""
    seconds = int(span.total_seconds())
    if seconds < 0:
        return "future"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    return f"{hours} h {minutes % 60} m" if hours else f"{minutes} min"


def _kind(problem: Problem) -> str:
    return f"{problem.status} {problem.title}"
