"""Whatever is done to an audit log is found, and the line or checkpoint is named."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk_app.audit.entries import line_of
from kiosk_app.audit.verify import verify
from tests.kiosk_app.evening import OFFICE_KEY, Evening
from tests.thorough import THOROUGH, figure, rounds
from wire.audit import countersign, sign_checkpoint


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    made = Evening(tmp_path_factory.mktemp("one"))
    made.pass_by()
    made.close()
    yield made


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """The kiosk next door, with a key of its own."""
    made = Evening(tmp_path_factory.mktemp("other"), kiosk_id="kiosk-0002")
    made.pass_by()
    made.close()
    return made


def lines_of(evening: Evening) -> list[bytes]:
    return evening.segment.read_bytes().splitlines(keepends=True)


class Copy:
    """A log in a file of its own, to be tampered with."""

    def __init__(self, evening: Evening, folder: Path) -> None:
        self.evening, self.path = evening, folder / "audit" / "audit-000001.jsonl"
        self.path.parent.mkdir()

    def first(self, content: bytes | list[bytes]) -> str:
        """Where the first finding is; "" where everything holds."""
        self.path.write_bytes(content if isinstance(content, bytes) else b"".join(content))
        findings = self.evening.verify(self.path.parent, first_only=True).findings
        return findings[0].where if findings else ""

    def all(self, content: list[bytes]) -> list[str]:
        self.path.write_bytes(b"".join(content))
        return [str(finding) for finding in self.evening.verify(self.path.parent).findings]


@pytest.fixture
def copy(evening: Evening, tmp_path: Path) -> Copy:
    return Copy(evening, tmp_path)


def line(number: int) -> str:
    return f"audit-000001.jsonl line {number}"


def test_the_untouched_log_holds_and_the_office_vouches_for_it(evening: Evening) -> None:
    verdict = evening.verify()
    assert verdict.holds, verdict.findings
    assert 55 <= verdict.events <= 70
    assert verdict.checkpoints == verdict.device_signatures == 2
    assert verdict.countersigned == verdict.office_signatures == 2
    assert verdict.vouched >= 40


def test_every_flipped_byte_is_found_in_its_line(evening: Evening, copy: Copy) -> None:
    whole = evening.segment.read_bytes()
    masks = (1, 32, 128) if THOROUGH else (1,)
    number = 1
    for place, byte in enumerate(whole):
        for mask in masks:
            changed = whole[:place] + bytes([byte ^ mask]) + whole[place + 1 :]
            copy.path.write_bytes(changed)  # without keys: the chain alone must find it
            (finding,) = verify(copy.path.parent, first_only=True).findings
            assert finding.where == line(number), f"byte {place} ^ {mask}"
        number += byte == 0x0A
    figure(f"audit log: {len(whole) * len(masks)} flipped bytes in {number - 1} lines, all found in their line")


def test_every_deleted_event_is_found_at_the_line_where_it_is_missing(evening: Evening, copy: Copy) -> None:
    lines = lines_of(evening)
    vouched = max(proof.seen.claim.seq for proof in evening.proofs)
    for gone in range(len(lines)):
        found = copy.first(lines[:gone] + lines[gone + 1 :])
        if gone == len(lines) - 1 and gone + 1 > vouched:
            assert found == ""  # after the last countersigned checkpoint nobody can know: the verdict says so
        else:
            assert found == line(gone + 1), f"event {gone + 1}"


def test_every_swapped_pair_is_found_at_its_first_line(evening: Evening, copy: Copy) -> None:
    lines = lines_of(evening)
    pairs = [(at, at + 1) for at in range(len(lines) - 1)]
    draw = random.Random(4)
    pairs += [(min(p), max(p)) for p in (draw.sample(range(len(lines)), 2) for _ in range(rounds(100, 2000)))]
    for one, two in pairs:
        swapped = list(lines)
        swapped[one], swapped[two] = swapped[two], swapped[one]
        assert copy.first(swapped) == line(one + 1), f"{one + 1} and {two + 1}"


def test_a_cut_tail_is_found_wherever_the_office_has_seen_more(evening: Evening, copy: Copy) -> None:
    lines = lines_of(evening)
    vouched = max(proof.seen.claim.seq for proof in evening.proofs)
    assert vouched < len(lines)
    for kept in range(1, len(lines)):
        findings = copy.all(lines[:kept])
        if kept >= vouched:
            assert findings == []
            continue
        missed = [proof.seen.claim.seq for proof in evening.proofs if proof.seen.claim.seq > kept]
        assert findings == [
            f"the office's checkpoint of event {seq}: the log ends at event {kept}: its end was cut off"
            for seq in sorted(missed)
        ]


def test_what_is_cut_within_a_line_is_found_in_that_line(evening: Evening, copy: Copy) -> None:
    whole = evening.segment.read_bytes()
    starts = [0, *(match.end() for match in re.finditer(b"\n", whole))]
    for number, start in enumerate(starts[:-1], start=1):
        assert copy.first(whole[: start + 40]) == line(number)
        assert copy.first(whole[: starts[number] - 1]) == line(number)  # only its newline is missing


def test_a_duplicated_event_is_found_where_it_stands_again(evening: Evening, copy: Copy) -> None:
    lines = lines_of(evening)
    for at in range(len(lines)):
        findings = copy.all([*lines[: at + 1], lines[at], *lines[at + 1 :]])
        assert findings == [f"{line(at + 2)}: event {at + 1} stands here again, as at {line(at + 1)}"]


def test_another_kiosks_log_is_not_this_ones(evening: Evening, other: Evening, copy: Copy) -> None:
    findings = copy.all(lines_of(other))
    assert findings[0] == f"{line(1)}: this is the log of kiosk-0002, not of kiosk-0001"


def test_another_kiosks_events_are_named_line_by_line(evening: Evening, other: Evening, copy: Copy) -> None:
    mine, theirs = lines_of(evening), lines_of(other)
    for at in range(1, len(mine)):
        findings = copy.all([*mine[:at], *theirs[3:6], *mine[at:]])
        assert len(findings) == 3 and all("another log" in finding for finding in findings)
        assert findings[0].startswith(f"{line(at + 1)}:") and findings[2].startswith(f"{line(at + 3)}:")
        replaced = [*mine[:at], theirs[at], *mine[at + 1 :]]
        assert copy.first(replaced) == line(at + 1)


def test_two_merged_logs_are_taken_apart(evening: Evening, other: Evening, copy: Copy) -> None:
    merged = [each for pair in zip(lines_of(evening), lines_of(other), strict=False) for each in pair]
    findings = copy.all(merged)
    assert findings[0].startswith(f"{line(2)}: belongs to another log")
    assert sum("another log" in finding for finding in findings) == len(merged) // 2


def test_a_checkpoint_of_another_log_is_refused(evening: Evening, other: Evening) -> None:
    verdict = verify(evening.log, office_key=OFFICE_KEY.public(), from_office=[*evening.proofs, other.proofs[0]])
    (finding,) = verdict.findings
    assert finding.where == f"the office's checkpoint of event {other.proofs[0].seen.claim.seq}"
    assert "of kiosk-0002: not of this log" in finding.what


def rechained(lines: list[bytes], change: int, **facts: object) -> list[bytes]:
    """What somebody makes who can compute hashes: event ``change`` says something else, all later ones follow."""
    made: list[bytes] = []
    previous = "0" * 64
    for number, each in enumerate(lines, start=1):
        entry = json.loads(each)
        content = entry["facts"] | facts if number == change else entry["facts"]
        new, previous = line_of(entry["seq"], entry["at"], entry["event"], content, entry["log"], previous)
        made.append(new)
    return made


@pytest.mark.parametrize("change", [3, 10, 20])
def test_a_log_whose_hashes_were_all_computed_anew_betrays_itself_at_its_checkpoint(
    evening: Evening, copy: Copy, change: int
) -> None:
    lines = rechained(lines_of(evening), change, session="somebody-elses")
    checkpoint = next(n for n, each in enumerate(lines, start=1) if b'"event":"checkpoint"' in each)
    findings = copy.all(lines)
    assert findings[0].startswith(f"{line(checkpoint)}: the checkpoint vouches for another event")


def test_a_log_rewritten_with_the_kiosks_own_key_is_found_by_what_the_office_signed(
    evening: Evening, copy: Copy
) -> None:
    """Whoever has the kiosk has its key: every checkpoint is signed anew, and the office's lines are left out."""
    lines = [each for each in lines_of(evening) if b"countersigned" not in each]
    made: list[bytes] = []
    hashes = {0: "0" * 64}
    checkpoint = (0, "0" * 64)
    numbers: dict[int, int] = {}
    for seq, each in enumerate(lines, start=1):
        entry = json.loads(each)
        numbers[entry["seq"]] = seq
        facts = entry["facts"]
        if entry["event"] == "session-start":
            facts = facts | {"session": "rewritten"}
        if entry["event"] == "checkpoint":
            covers = numbers[facts["covers"]]
            original = next(p for p in evening.proofs if p.seen.claim.seq == facts["covers"]).seen.claim
            claim = original.model_copy(
                update={
                    "seq": covers,
                    "entry_hash": hashes[covers],
                    "previous_seq": checkpoint[0],
                    "previous_hash": checkpoint[1],
                }
            )
            facts = facts | {
                "covers": covers,
                "covers_hash": hashes[covers],
                "previous_covers": checkpoint[0],
                "previous_hash": checkpoint[1],
                "signature": sign_checkpoint(claim, evening.device_key).signature,
            }
            checkpoint = (covers, hashes[covers])
        new, hashes[seq] = line_of(seq, entry["at"], entry["event"], facts, entry["log"], hashes[seq - 1])
        made.append(new)
    copy.path.write_bytes(b"".join(made))
    alone = verify(copy.path.parent, device_key=evening.device_key.public(), office_key=OFFICE_KEY.public())
    assert alone.holds and alone.vouched == 0  # from here nobody can know, and the verdict does not claim to
    findings = copy.all(made)
    assert findings and all(finding.startswith("the office's checkpoint of event") for finding in findings)
    first = evening.proofs[0].seen.claim.seq
    assert findings[0].startswith(f"the office's checkpoint of event {first}: {line(first)} is not the event that")


def test_a_countersignature_that_is_not_the_offices_is_found(evening: Evening, copy: Copy) -> None:
    lines = lines_of(evening)
    at = next(n for n, each in enumerate(lines, start=1) if b'"event":"checkpoint-countersigned"' in each)
    forged = rechained(lines, at, office_signature=evening.device_key.sign(b"anything"))
    assert any(each.startswith(f"{line(at)}: the countersignature") for each in copy.all(forged))


def test_a_list_that_is_not_the_offices_is_not_believed(evening: Evening) -> None:
    claim = evening.proofs[0].seen.claim
    forged = countersign(
        sign_checkpoint(claim, evening.device_key), evening.proofs[0].seen.received_at, evening.device_key
    )
    verdict = verify(evening.log, office_key=OFFICE_KEY.public(), from_office=[forged])
    assert [finding.what for finding in verdict.findings] == [
        "its signatures do not hold: not made by this office for this kiosk"
    ]


def test_the_hash_can_be_checked_without_our_code(evening: Evening) -> None:
    for each in lines_of(evening):
        body, digest = re.sub(rb'"hash":"[0-9a-f]{64}",', b"", each.rstrip(b"\n")), json.loads(each)["hash"]
        assert hashlib.sha256(body).hexdigest() == digest
