"""A sealed licence: genuine in two readers, altered as soon as any byte differs, still PDF/A."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from approval_backend.__main__ import main
from approval_backend.e_licences.seal_key import CHAIN_FILE, KEY_FILE, SealKey, SealUnusable
from approval_backend.e_licences.sealing import SealState, check_seal, seal_pdf
from print_templates.render import render
from tests.thorough import figure, rounds

SAMPLES = Path(__file__).resolve().parents[3] / "print_templates" / "samples"
AUTHORITY = "云州市锦江新区行政审批局"


@pytest.fixture(scope="module")
def seal(tmp_path_factory: pytest.TempPathFactory) -> SealKey:
    return SealKey.load_or_create(tmp_path_factory.mktemp("seal"), AUTHORITY)


@pytest.fixture(scope="module")
def plain() -> bytes:
    data = json.loads((SAMPLES / "business_licence_original.json").read_text(encoding="utf-8"))
    return render("business_licence_original", data, background=True)


@pytest.fixture(scope="module")
def sealed(seal: SealKey, plain: bytes) -> bytes:
    return seal_pdf(plain, seal, "准予登记")


def test_it_is_genuine_to_us_and_valid_to_another_reader(seal: SealKey, sealed: bytes, tmp_path: Path) -> None:
    found = check_seal(sealed, seal.chain[-1:])
    assert (found.state, found.sealed_by) == (SealState.GENUINE, AUTHORITY)
    said = pdfsig(sealed, tmp_path)
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert AUTHORITY in said


def test_somebody_elses_seal_is_unaltered_but_not_trusted(sealed: bytes, tmp_path: Path) -> None:
    other = SealKey.load_or_create(tmp_path, AUTHORITY)  # the same name: a name proves nothing
    assert check_seal(sealed, other.chain[-1:]).state is SealState.UNTRUSTED


def test_the_sealed_document_is_the_rendered_one_with_one_revision_more(plain: bytes, sealed: bytes) -> None:
    assert sealed.startswith(plain)
    assert b"pdfaid:part" in sealed  # PDF/A's own mark stands where it stood
    assert sealed.count(b"%%EOF") == 2


def test_any_byte_that_differs_is_told(seal: SealKey, plain: bytes, sealed: bytes, tmp_path: Path) -> None:
    rng = random.Random(20261124)
    count = rounds(120, 4000)
    places = [rng.randrange(len(sealed)) for _ in range(count)]
    places += range(len(plain), len(sealed), rounds(41, 1))  # the seal's own revision, closely
    for place in places:
        altered = bytearray(sealed)
        altered[place] ^= rng.randrange(1, 256)
        state = check_seal(bytes(altered), seal.chain[-1:]).state
        assert state in (SealState.ALTERED, SealState.UNREADABLE), (place, state)
    figure(f"sealed licence: {len(places)} changed bytes, each told as altered")
    altered = bytearray(sealed)
    altered[len(plain) // 2] ^= 1
    assert "Digest Mismatch" in pdfsig(bytes(altered), tmp_path)


@pytest.mark.parametrize(
    "tail",
    [b"\n", b" ", b"%%EOF\n", b"\n1 0 obj\n<<>>\nendobj\n"],
    ids=["newline", "blank", "end mark", "object"],
)
def test_what_is_added_after_the_seal_is_told(seal: SealKey, sealed: bytes, tail: bytes) -> None:
    assert check_seal(sealed + tail, seal.chain[-1:]).state is SealState.ALTERED


def test_the_gap_that_no_signature_covers_holds_nothing_else(seal: SealKey, sealed: bytes) -> None:
    place = re.search(rb"/Contents\s*<([0-9A-F]+?)(0{8,})>", sealed)
    assert place is not None
    hidden = sealed[: place.start(2)] + b"CAFE" + sealed[place.start(2) + 4 :]
    assert check_seal(hidden, seal.chain[-1:]).state is SealState.ALTERED
    lower = bytearray(sealed)
    letter = next(at for at in range(*place.span(1)) if chr(sealed[at]) in "ABCDEF")
    lower[letter : letter + 1] = sealed[letter : letter + 1].lower()
    assert check_seal(bytes(lower), seal.chain[-1:]).state is SealState.ALTERED


def test_two_seals_one_document(seal: SealKey, plain: bytes, tmp_path: Path) -> None:
    assert check_seal(plain, seal.chain[-1:]).state is SealState.UNSEALED
    assert check_seal(b"", seal.chain[-1:]).state is SealState.UNREADABLE
    assert check_seal(b"%PDF-1.7\nrubbish", seal.chain[-1:]).state is SealState.ALTERED


def test_the_command_says_it_and_exits_accordingly(
    seal: SealKey, sealed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / CHAIN_FILE).write_text(seal.chain_pem())
    file = tmp_path / "licence.pdf"
    file.write_bytes(sealed)
    assert main(["licence", "check", str(file), "--data", str(tmp_path)]) == 0
    assert f"sealed and unaltered, by {AUTHORITY}" in capsys.readouterr().out
    file.write_bytes(sealed.replace(b"/Title", b"/Titel", 1) if b"/Title" in sealed else sealed + b" ")
    assert main(["licence", "check", str(file), "--data", str(tmp_path)]) == 1
    assert "ALTERED" in capsys.readouterr().out
    (tmp_path / CHAIN_FILE).write_text("nothing")
    assert main(["licence", "check", str(file), "--data", str(tmp_path)]) == 1
    assert "holds no certificates" in capsys.readouterr().err


def test_a_seal_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    SealKey.load_or_create(tmp_path, AUTHORITY)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o077 == 0
    other = tmp_path / "other"
    other.mkdir()
    stranger = SealKey.load_or_create(other, AUTHORITY)
    (tmp_path / CHAIN_FILE).write_text(stranger.chain_pem())
    with pytest.raises(SealUnusable, match="is not that of"):
        SealKey.load_or_create(tmp_path, AUTHORITY)
    (tmp_path / CHAIN_FILE).unlink()
    with pytest.raises(SealUnusable, match="both"):
        SealKey.load_or_create(tmp_path, AUTHORITY)


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What poppler, a reader that is not ours, says of the seal."""
    file = folder / "looked-at.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    return done.stdout
