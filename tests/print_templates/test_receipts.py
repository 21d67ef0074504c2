"""What a receipt says in both languages, how it is encoded, and what it keeps to itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from print_templates import samples
from print_templates.columns import columns, wrapped
from print_templates.receipts import (
    Receipt,
    ReceiptKind,
    ReceiptModel,
    compose,
    masked_id_number,
    masked_name,
    words,
)

NAME, NUMBER = "林知夏", "510107188704170022"
# every command that receipts use; what is left must be GB18030 text. GS ( k carries its length.
_COMMANDS = re.compile(rb"\x1b[@]|\x1c&|\x1b[!EaMGd-].|\x1d[!BV].|\x1d\(k(..)", re.DOTALL)
every_receipt = pytest.mark.parametrize(
    ("kind", "locale"), [(kind, locale) for kind in ReceiptKind for locale in ("zh_CN", "en")]
)


def read(data: bytes) -> tuple[list[str], str]:
    """(printed lines, QR content), by a reader that knows the commands and nothing of how they were written."""
    text, code, at = b"", "", 0
    while at < len(data):
        command = _COMMANDS.match(data, at)
        if not command:
            text += data[at : at + 1]
            at += 1
            continue
        at = command.end()
        if command[1] is not None:
            length = int.from_bytes(command[1], "little")
            if data[at + 1 : at + 3] == b"P0":
                code = data[at + 3 : at + length].decode()
            at += length
    return text.decode("gb18030").split("\n"), code


@every_receipt
def test_a_receipt_says_what_happened_what_comes_next_and_whom_to_call(kind: ReceiptKind, locale: str) -> None:
    receipt = samples.receipt(kind, locale)
    lines, code = read(compose(receipt))
    told = re.sub(r"\s+", "", "".join(lines))
    for sentence in (
        words()["kinds"][kind]["headline"]["zh" if locale == "zh_CN" else "en"],
        *(step["zh" if locale == "zh_CN" else "en"] for step in words()["kinds"][kind]["next"]),
        receipt.service.pick(locale),
        *(reason.pick(locale) for reason in receipt.reasons),
        *(step.pick(locale) for step in receipt.steps),
        *(paper.title.pick(locale) for paper in receipt.papers),
        receipt.reference,
        receipt.telephone,
        receipt.kiosk_id,
        "2026-11-2302:14",
    ):
        assert re.sub(r"\s+", "", sentence) in told
    assert code == (receipt.qr_text or receipt.reference)


@every_receipt
def test_no_line_is_wider_than_the_paper(kind: ReceiptKind, locale: str) -> None:
    for wide in (48, 42, 32):
        lines, _ = read(compose(samples.receipt(kind, locale), {"columns": wide}))
        assert max(columns(line) for line in lines) <= wide


@every_receipt
def test_the_name_and_the_number_leave_masked_only(kind: ReceiptKind, locale: str) -> None:
    receipt = samples.receipt(kind, locale)
    data = compose(receipt)
    lines, _ = read(data)
    assert NAME.encode("gb18030") not in data
    assert NUMBER[:14].encode() not in data
    assert NUMBER[6:14].encode() not in data  # the birthday
    assert any("林*夏" in line for line in lines)
    assert any("*" * 14 + "0022" in line for line in lines)
    assert NAME not in repr(receipt)
    assert NUMBER not in repr(receipt)


@pytest.mark.parametrize("kind", [ReceiptKind.QUEUED, ReceiptKind.STUCK, ReceiptKind.HUMAN])
def test_what_is_not_at_an_end_can_be_followed_by_code_and_number(kind: ReceiptKind) -> None:
    lines, code = read(compose(samples.receipt(kind, "zh_CN")))
    assert code.startswith("https://office.example/p/")
    assert "扫码查看办理进度" in lines
    local = kind is not ReceiptKind.HUMAN
    assert any(line.startswith("本机编号：4821-7063-4") for line in lines) is local
    assert any(line.startswith("受理编号：AA01") for line in lines) is not local


def test_papers_are_told_with_their_own_outcomes() -> None:
    lines, _ = read(compose(samples.receipt(ReceiptKind.NOT_PRINTED, "zh_CN")))
    assert any(line.startswith("营业执照（正本）") and line.endswith("已打印") for line in lines)
    assert any(line.startswith("营业执照（副本）") and line.endswith("未打印，可再领取") for line in lines)


def test_only_the_receipt_of_a_known_print_says_printed() -> None:
    for kind in (ReceiptKind.QUEUED, ReceiptKind.HUMAN, ReceiptKind.REFUSED, ReceiptKind.UNKNOWN):
        assert not any(line.endswith("  已打印") for line in read(compose(samples.receipt(kind, "zh_CN")))[0])


def test_a_receipt_begins_by_initialising_and_ends_with_the_cut() -> None:
    data = compose(samples.receipt(ReceiptKind.GRANTED, "zh_CN"))
    assert data.startswith(b"\x1b@\x1c&")
    assert data.endswith(b"\x1dV\x00")
    assert b"\x1dV" not in compose(samples.receipt(ReceiptKind.GRANTED, "zh_CN"), ReceiptModel(cutter=False))


def test_signs_that_are_no_hanzi_do_not_switch_code_pages() -> None:
    receipt = samples.receipt(ReceiptKind.REFUSED, "en")
    changed = Receipt.model_validate({**dict(receipt), "telephone": "“028” — ℃ é"})
    data = compose(changed)
    assert b"\x1bt" not in data
    assert "“028” — ℃ é".encode("gb18030") in data


def test_a_printer_without_native_qr_gets_an_image() -> None:
    data = compose(samples.receipt(ReceiptKind.GRANTED, "zh_CN"), {"native_qr": False, "width_dots": 576})
    assert b"\x1d(k" not in data
    assert b"\x1dv0" in data


@pytest.mark.parametrize(
    ("name", "shown"), [("林知夏", "林*夏"), ("林夏", "林*"), ("阿卜杜拉", "阿**拉"), ("林", "林")]
)
def test_names_are_masked_between_first_and_last(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_number_too_short_to_mask_is_hidden_whole() -> None:
    assert masked_id_number("0022") == "****"


@given(st.text(st.sampled_from("知夏书屋，。；（）abc 123-\n"), max_size=200), st.integers(4, 48))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(columns(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
