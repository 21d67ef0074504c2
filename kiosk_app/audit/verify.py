"""Does this log hold? Every line against the one before, every checkpoint against its line, every signature."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.audit import events
from kiosk_app.audit.attested import Attestations
from kiosk_app.audit.entries import GENESIS_HASH, Entry, LineChanged, LineUnreadable, read_line
from kiosk_app.audit.segments import segment_number, segments
from kiosk_app.audit.vocabulary import CHECKPOINT, COUNTERSIGNED, LOG_BEGIN
from wire.audit import CountersignedCheckpoint
from wire.signing import VerifyKey


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: ``where`` names file and line, or the checkpoint."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Verdict:
    """``findings`` empty: what could be checked holds. What could not be checked is counted, not assumed."""

    files: int = 0
    events: int = 0
    last: int = 0  # number of the last event
    kiosk: str = ""
    log: str = ""
    first_at: str = ""
    last_at: str = ""
    checkpoints: int = 0
    device_signatures: int = 0  # that were checked and hold
    countersigned: int = 0
    office_signatures: int = 0
    vouched: int = 0  # the office signed that it saw the log up to this event; 0 where no such signature was checked
    vouched_at: str = ""
    open_pairs: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.findings


def verify(
    log: Path,
    *,
    kiosk_id: str | None = None,
    device_key: VerifyKey | None = None,
    office_key: VerifyKey | None = None,
    from_office: Iterable[CountersignedCheckpoint] = (),
    first_only: bool = False,
) -> Verdict:
    """``log`` is the folder of segments, or one file. ``first_only`` stops at the first finding.

    Raises OSError, or ValueError for a folder without a log.
    """
    return _Examination(kiosk_id, Attestations(device_key, office_key), tuple(from_office), first_only).run(log)


class _Stop(Exception):
    """The first finding is enough."""


class _Examination:
    def __init__(
        self,
        kiosk_id: str | None,
        attestations: Attestations,
        from_office: tuple[CountersignedCheckpoint, ...],
        first_only: bool,
    ) -> None:
        self._kiosk_id = kiosk_id
        self._attestations = attestations
        self._from_office = from_office
        self._first_only = first_only
        self._verdict = Verdict()
        self._hashes: dict[int, tuple[str, str]] = {}  # event -> (hash, where); of events that stand in their place
        self._before: Entry | None = None
        self._where_before = ""
        self._broken = False  # since the last line that could be read
        self._open: dict[tuple[str, str], str] = {}

    def run(self, log: Path) -> Verdict:
        try:
            for where, line in self._lines(log):
                self._line(where, line)
            self._ending()
        except _Stop:
            pass
        self._verdict.open_pairs = tuple(self._open.values())
        return self._verdict

    def _lines(self, log: Path) -> Iterator[tuple[str, bytes]]:
        files = segments(log) if log.is_dir() else [log]
        if not files:
            raise ValueError(f"{log}: no audit log is here")
        self._verdict.files = len(files)
        expected = segment_number(files[0]) if log.is_dir() else 0
        for path in files:
            if log.is_dir() and segment_number(path) != expected:
                self._find(path.name, f"a file is missing before it: audit-{expected:06d}.jsonl")
            expected = segment_number(path) + 1 if log.is_dir() else 0
            *lines, rest = path.read_bytes().split(b"\n")
            for number, line in enumerate(lines, start=1):
                yield f"{path.name} line {number}", line
            if rest:
                self._find(
                    f"{path.name} line {len(lines) + 1}",
                    "does not end: half-written in a power cut (cut off at the next start), or cut by somebody",
                )

    def _line(self, where: str, line: bytes) -> None:
        try:
            entry = read_line(line)
        except (LineUnreadable, LineChanged) as error:
            self._find(where, str(error))
            self._broken = True
            return
        self._verdict.events += 1
        if self._stands_in_place(where, entry):
            self._verdict.last_at = entry.at
            self._meaning(where, entry)
            self._before, self._where_before, self._broken = entry, where, False

    def _stands_in_place(self, where: str, entry: Entry) -> bool:
        """Does it follow? False for a line that is none of this log's own."""
        before = self._before
        if before is None:
            self._first(where, entry)
        elif entry.log != self._verdict.log:
            self._find(where, f"belongs to another log ({entry.log[:8]}…, not {self._verdict.log[:8]}…)")
            return False
        elif entry.seq in self._hashes:
            earlier_hash, earlier = self._hashes[entry.seq]
            what = "stands here again, as at" if earlier_hash == entry.hash else "contradicts the one at"
            self._find(where, f"event {entry.seq} {what} {earlier}")
            return False
        elif not self._broken and entry.seq != before.seq + 1:
            missing = entry.seq - before.seq - 1
            what = f"{missing} cut out or moved" if missing > 0 else "moved here from before"
            self._find(where, f"event {entry.seq} follows event {before.seq}: {what}")
        elif not self._broken and entry.previous != before.hash:
            self._find(where, f"does not follow {self._where_before}: one of them was rewritten")
        self._hashes[entry.seq] = (entry.hash, where)
        self._verdict.last = max(self._verdict.last, entry.seq)
        return True

    def _first(self, where: str, entry: Entry) -> None:
        verdict = self._verdict
        verdict.log, verdict.first_at = entry.log, entry.at
        if self._broken:
            return
        if entry.seq != 1 or entry.event != LOG_BEGIN or entry.previous != GENESIS_HASH:
            self._find(where, f"the log does not begin here: it is event {entry.seq}; what stood before was cut off")
            return
        verdict.kiosk = str(entry.facts.get("kiosk", ""))
        if self._kiosk_id is not None and verdict.kiosk != self._kiosk_id:
            self._find(where, f"this is the log of {verdict.kiosk}, not of {self._kiosk_id}")

    def _meaning(self, where: str, entry: Entry) -> None:
        verdict = self._verdict
        if entry.event not in events.ALL:
            self._find(where, f"{entry.event} is no event of the closed list")
        elif entry.event == CHECKPOINT:
            verdict.checkpoints += 1
            problem, checked = self._attestations.checkpoint(verdict.kiosk, entry)
            verdict.device_signatures += checked and not problem
            self._judge_checkpoint(where, entry, problem)
        elif entry.event == COUNTERSIGNED:
            verdict.countersigned += 1
            problem, checked = self._attestations.countersigned(entry)
            if problem:
                self._find(where, problem)
            elif checked:
                verdict.office_signatures += 1
                self._vouch(int(entry.facts["covers"]), str(entry.facts["received_at"]))
        elif entry.event.endswith("-init"):
            self._open[self._pair_of(entry)] = f"{where}: {entry.event}"
        elif entry.event.endswith("-complete"):
            self._open.pop(self._pair_of(entry), None)

    def _pair_of(self, entry: Entry) -> tuple[str, str]:
        return entry.event.rpartition("-")[0], str(entry.facts.get(events.ALL[entry.event].PAIR, ""))

    def _judge_checkpoint(self, where: str, entry: Entry, problem: str) -> None:
        if problem:
            self._find(where, problem)
            return
        covers = entry.facts.get("covers")
        known = self._hashes.get(covers) if isinstance(covers, int) else None
        if known is None:
            self._find(where, f"the checkpoint vouches for event {covers}, which is not before it")
        elif known[0] != entry.facts.get("covers_hash"):
            self._find(
                where, f"the checkpoint vouches for another event {covers} than {known[1]}: rewritten up to there"
            )

    def _ending(self) -> None:
        """What the office says it saw, against what stands here."""
        for proof in sorted(self._from_office, key=lambda each: each.seen.claim.seq):
            claim, name = proof.seen.claim, f"the office's checkpoint of event {proof.seen.claim.seq}"
            problem = self._attestations.proof(proof)
            if problem:
                self._find(name, problem)
            elif (claim.device_id, claim.log_id) != (self._verdict.kiosk, self._verdict.log):
                self._find(name, f"is of log {claim.log_id[:8]}… of {claim.device_id}: not of this log")
            elif claim.seq > self._verdict.last:
                self._find(name, f"the log ends at event {self._verdict.last}: its end was cut off")
            elif (known := self._hashes.get(claim.seq)) is None:
                self._find(name, f"event {claim.seq} is not in this log")
            elif known[0] != claim.entry_hash:
                self._find(name, f"{known[1]} is not the event that the office saw: rewritten at or before this line")
            else:
                self._vouch(claim.seq, proof.seen.received_at.isoformat())

    def _vouch(self, seq: int, at: str) -> None:
        if seq > self._verdict.vouched:
            self._verdict.vouched, self._verdict.vouched_at = seq, at

    def _find(self, where: str, what: str) -> None:
        self._verdict.findings.append(Finding(where, what))
        if self._first_only:
            raise _Stop
