"""What the crash tests act on and look into: the kiosk's real store and outbox, through the few calls used here."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from offline_cache.delivery import UNREADABLE, Postponed, deliver, settle
from offline_cache.outbox import Outbox, OutboxState
from offline_cache.store import Store
from wire.canonical import bytes_sha256, content_sha256
from wire.envelopes import seal
from wire.messages import Acknowledgement, Applicant, Application, Envelope, IdentityEvidence, MaterialRef
from wire.signing import SigningKey

DEVICE_ID = "kiosk-test"
DEVICE_KEY = SigningKey(ec.derive_private_key(0x5EED, ec.SECP256R1()))  # the same in every process of a test
STORE_KEY = bytes(range(32))
Pages = dict[str, bytes]  # SHA-256 -> content
FILE = "kiosk.db"
JPEG = b"\xff\xd8\xff"  # as much of one as the office asks for
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOLDERS = tuple(f"51010719900101{number:04d}" for number in range(5))  # invented; a few people come again and again


def open_store(folder: Path, key: bytes = STORE_KEY) -> Store:
    return Store.open(folder / FILE, key)


def application(mark: str, rng: random.Random, pages: int = 2, largest: int = 9_000) -> tuple[Envelope, Pages]:
    """A sealed application that carries ``mark``, which stands for one act of one resident, and its pages."""
    body, taken = filled_in(mark, rng, pages, largest)
    return seal(body, DEVICE_ID, DEVICE_KEY), taken


def filled_in(mark: str, rng: random.Random, pages: int = 1, largest: int = 9_000) -> tuple[Application, Pages]:
    """The application before it is sealed, and its pages by SHA-256."""
    taken = [JPEG + rng.randbytes(rng.randint(1, largest)) for _ in range(pages)]
    refs = tuple(
        MaterialRef(kind="premises_proof", sha256=bytes_sha256(page), media_type="image/jpeg", size_bytes=len(page))
        for page in taken
    )
    body = Application(
        service="AA-01",
        catalogue_version="1",
        applicant=Applicant(
            name="测试",
            id_number=rng.choice(HOLDERS),
            sex="女",
            nation="汉",
            birth_date="19900101",
            address="x",
            card_valid_until="长期",
        ),
        identity=IdentityEvidence(
            method="card+face",
            result="match",
            score_band="high",
            model="m",
            challenges=("blink",),
            attempts=1,
            consented_at=NOW,
            verified_at=NOW,
        ),
        form={"trade_name": mark},
        materials=refs,
    )
    return body, {bytes_sha256(page): page for page in taken}


def mark_of(envelope: Envelope) -> str:
    return str(envelope.sealed.body["form"]["trade_name"])


@dataclass
class Told:
    """What was promised: ids whose seal returned, ids whose acceptance was written down."""

    sealed: set[str] = field(default_factory=set)
    accepted: set[str] = field(default_factory=set)


@dataclass
class Found:
    """What is wrong with a store; all empty is right."""

    lost: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)  # accepted and told so, and now waiting to be sent again
    doubled: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    rows: int = 0

    def wrong(self) -> bool:
        return bool(self.lost or self.forgotten or self.doubled or self.half)

    def __str__(self) -> str:
        return f"lost {self.lost}, forgotten {self.forgotten}, doubled {self.doubled}, half-written {self.half}"


def look(store: Store, told: Told) -> Found:
    """Every row of the outbox, whole or not; every promise, kept or not."""
    outbox = Outbox(store)
    found = Found()
    ids = [str(row["id"]) for row in store.rows("SELECT id FROM outbox")]
    found.rows = len(ids)
    found.lost = sorted(told.sealed - set(ids))
    marks: Counter[str] = Counter()
    for envelope_id in ids:
        item = outbox.get(envelope_id)
        if item.state is OutboxState.ACCEPTED:
            if item.ack is None or item.ack.content_sha256 != item.content_sha256:
                found.half.append(envelope_id)
            continue
        if envelope_id in told.accepted:
            found.forgotten.append(envelope_id)
        if item.envelope is None or not _whole(item.envelope, item.content_sha256, outbox, item.attempts):
            found.half.append(envelope_id)
        else:
            marks[mark_of(item.envelope)] += 1
    found.doubled = [mark for mark, count in marks.items() if count > 1]
    return found


def _whole(envelope: Envelope, digest: str, outbox: Outbox, attempts: int) -> bool:
    """Content, hash and signature hold, and every page that still has to travel can be read."""
    if content_sha256(envelope.sealed) != envelope.content_sha256 or envelope.content_sha256 != digest:
        return False
    DEVICE_KEY.public().verify(digest.encode("ascii"), envelope.signature)
    named = {str(ref["sha256"]) for ref in envelope.sealed.body["materials"]}
    here = {
        page.sha256 for page in outbox.unsent_materials(envelope.sealed.id) if bytes_sha256(page.data) == page.sha256
    }
    return here == named if attempts == 0 else here <= named


def look_into(folder: Path, told: Told, key: bytes = STORE_KEY) -> Found:
    """Open as production does after the crash, look, close."""
    store = open_store(folder, key)
    try:
        return look(store, told)
    finally:
        store.close()


class Desk:
    """The office as this kiosk's worker meets it, in one place and never busy: answers at once, keeps what it took."""

    def __init__(self) -> None:
        self.taken: dict[str, str] = {}
        self.pages: set[str] = set()

    def put_material(self, sha256: str, media_type: str, data: bytes) -> None:
        assert bytes_sha256(data) == sha256
        self.pages.add(sha256)

    def intake(self, envelope: Envelope) -> Acknowledgement:
        refs = {str(ref["sha256"]) for ref in envelope.sealed.body["materials"]}
        assert refs <= self.pages, "an envelope travels behind its pages"
        self.taken.setdefault(envelope.sealed.id, mark_of(envelope))
        return Acknowledgement(
            id=envelope.sealed.id, content_sha256=envelope.content_sha256, reference="AA01-0001", received_at=NOW
        )


def send_one(outbox: Outbox, client: object, later_s: float = 0.0) -> str | None:
    """Lease, deliver, settle the next envelope, as the sync does; its id once it is written down as accepted.

    ``later_s``: so much time has passed; what a fault left leased for LEASE_S goes again.
    """
    lease = outbox.lease_next(time.monotonic() + later_s)
    if lease is None:
        return None
    answer = deliver(lease, outbox, client)  # type: ignore[arg-type]
    assert not isinstance(answer, Postponed), "only applications are sealed here"
    settle(lease, outbox, answer)
    assert isinstance(answer, Acknowledgement) or answer == UNREADABLE, answer
    return lease.id if isinstance(answer, Acknowledgement) else None
