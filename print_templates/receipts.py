"""Composes receipts: ESC/POS bytes, GB18030, in the resident's language, with no full name or number."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from pydantic import BaseModel, ConfigDict, Field

from print_templates.columns import columns, wrapped
from wire.messages import PrintOutcome
from wire.text import Bilingual

WORDS = Path(__file__).with_name("receipts.toml")
KANJI_MODE = b"\x1c&"  # FS &: two-byte text; models sold in China start in it, others do not
QR_DOT = 6  # dots a module: 0.75 mm at 203 dpi, read at arm's length from paper that curls


class ReceiptKind(StrEnum):
    """How the visit ended, as far as anybody knows."""

    GRANTED = "granted"  # decided and printed, see papers
    QUEUED = "queued"  # no network: kept by the kiosk, goes by itself
    STUCK = "stuck"  # kept by the kiosk, but the office refused to take it in: staff put it right
    HUMAN = "human"  # a person decides
    REFUSED = "refused"
    NOT_PRINTED = "not_printed"  # granted; known: no paper came, it stays collectable
    UNKNOWN = "unknown"  # granted; nobody knows whether paper came: staff settle it


_REASONS = {ReceiptKind.HUMAN: "reasons_human", ReceiptKind.STUCK: "reasons_stuck"}


class ReceiptPaper(BaseModel):
    """One document and what became of its sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Bilingual
    outcome: PrintOutcome


class Receipt(BaseModel):
    """What one receipt says. Name and id number are given in full and leave this module masked only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ReceiptKind
    locale: Literal["zh_CN", "en"] = "zh_CN"
    hall: Bilingual  # the authority's name, at the top
    service: Bilingual
    reference: str  # the office's number, or the kiosk's own while the office has not answered
    holder_name: str = Field(repr=False)
    holder_id_number: str = Field(repr=False)
    at: datetime  # in the kiosk's zone; printed to the minute
    kiosk_id: str
    telephone: str
    papers: tuple[ReceiptPaper, ...] = ()
    reasons: tuple[Bilingual, ...] = ()  # why refused or stuck, or what a person looks at; short sentences
    steps: tuple[Bilingual, ...] = ()  # what happens next in this case, before what is always said
    remedies: Bilingual | None = None  # what can be done against a refusal
    decide_by: Bilingual | None = None  # for human: "12月1日前" / "before 1 December"
    qr_text: str = ""  # what the QR holds; empty: the reference
    progress_page: bool = False  # the QR is the address of the page that says how far it has come
    local_reference: bool = False  # the reference is the kiosk's own: the office has not given one yet


class ReceiptModel(BaseModel):
    """What a receipt printer can do; other keys of a capability table are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    columns: int = Field(default=48, ge=32, le=64)  # of font A (12 dots); a Chinese character takes two
    cutter: bool = True
    native_qr: bool = True  # GS ( k; otherwise the QR is sent as an image


class _Gb18030Printer(Dummy):  # type: ignore[misc]
    """python-escpos switches code pages for text without a Chinese character; this printer has one encoding only."""

    def text(self, txt: str) -> None:
        self._raw(txt.encode("gb18030"))


def compose(receipt: Receipt, model: ReceiptModel | Mapping[str, Any] | None = None) -> bytes:
    """The receipt as ESC/POS bytes, from initialising to the cut.

    Raises pydantic.ValidationError for a capability table with values of the wrong kind.
    """
    able = model if isinstance(model, ReceiptModel) else ReceiptModel.model_validate(dict(model or {}))
    page = _Page(receipt, able)
    page.head()
    page.facts()
    page.papers()
    page.reasons()
    page.next_steps()
    page.foot()
    return page.finished()


def masked_name(name: str) -> str:
    """First and last character, stars between: 林知夏 -> 林*夏; two characters keep the first: 林夏 -> 林*."""
    if len(name) < 3:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def masked_id_number(number: str) -> str:
    """Stars but for the last four: 51…0022 -> **************0022."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 4 else "*" * len(number)


@cache
def words() -> dict[str, Any]:
    """The fixed words of receipts.toml, each {zh, en}."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


class _Page:
    """Writes one receipt, part by part."""

    def __init__(self, receipt: Receipt, able: ReceiptModel) -> None:
        self._receipt = receipt
        self._able = able
        self._printer = _Gb18030Printer()
        self._printer.hw("INIT")
        self._printer._raw(KANJI_MODE)

    def head(self) -> None:
        kind = words()["kinds"][self._receipt.kind]
        self._printer.set(align="center", bold=True)
        self._lines(self._pick(self._receipt.hall))
        self._printer.set(align="center", bold=False)
        self._lines(self._word("title"))
        self._other(self._word("title", other=True))
        self._printer.text("\n")
        # GS ! enlarges Chinese and Latin characters alike (ESC ! leaves Chinese ones small); half the columns fit
        self._printer.set(align="center", bold=True, custom_size=True, width=2, height=2)
        self._lines(self._pick(Bilingual(**kind["headline"])), scale=2)
        self._printer.set(align="center", bold=False, custom_size=True, width=1, height=1)
        self._other(self._pick(Bilingual(**kind["headline"]), other=True))
        self._rule()

    def facts(self) -> None:
        receipt = self._receipt
        self._fact("service", self._pick(receipt.service))
        self._fact("local_number" if receipt.local_reference else "reference", receipt.reference)
        self._fact("holder", masked_name(receipt.holder_name))
        self._fact("id_number", masked_id_number(receipt.holder_id_number))
        self._fact("time", receipt.at.strftime("%Y-%m-%d %H:%M"))
        self._fact("kiosk", receipt.kiosk_id)
        if receipt.decide_by:
            self._fact("decide_by", self._pick(receipt.decide_by))

    def papers(self) -> None:
        if not self._receipt.papers:
            return
        self._heading("papers")
        for paper in self._receipt.papers:
            outcome = self._pick(Bilingual(**words()["outcomes"][paper.outcome]))
            title = self._pick(paper.title)
            gap = self._able.columns - columns(title) - columns(outcome)
            if gap >= 2:
                self._printer.text(title + " " * gap + outcome + "\n")
            else:  # too long for one line: the outcome stands below, at the right
                self._lines(title)
                self._printer.text(" " * (self._able.columns - columns(outcome)) + outcome + "\n")

    def reasons(self) -> None:
        receipt = self._receipt
        if receipt.reasons:
            self._heading(_REASONS.get(receipt.kind, "reasons"))
            for number, reason in enumerate(receipt.reasons, start=1):
                self._item(number, self._pick(reason))
        if receipt.remedies:
            self._heading("remedies")
            self._lines(self._pick(receipt.remedies))

    def next_steps(self) -> None:
        self._heading("next")
        always = (Bilingual(**step) for step in words()["kinds"][self._receipt.kind]["next"])
        for number, step in enumerate((*self._receipt.steps, *always), start=1):
            self._item(number, self._pick(step))

    def foot(self) -> None:
        self._rule()
        self._printer.set(align="left", bold=True)
        self._fact("telephone", self._receipt.telephone)
        self._printer.set(align="center", bold=False)
        self._printer.text("\n")
        self._printer.qr(
            self._receipt.qr_text or self._receipt.reference,
            ec=QR_ECLEVEL_M,
            size=QR_DOT,
            native=self._able.native_qr,
        )
        self._printer.text("\n")
        if self._receipt.progress_page:
            self._lines(self._word("progress"))
            self._other(self._word("progress", other=True))
        self._lines(self._word("keep"))
        self._other(self._word("keep", other=True))

    def finished(self) -> bytes:
        self._printer.set(align="left")
        if self._able.cutter:
            self._printer.cut()
        else:
            self._printer.print_and_feed(6)  # past the tear bar
        return bytes(self._printer.output)

    def _pick(self, text: Bilingual, *, other: bool = False) -> str:
        chinese = self._receipt.locale.startswith("zh") != other
        return text.zh if chinese else text.en

    def _word(self, key: str, *, other: bool = False) -> str:
        return self._pick(Bilingual(**words()["words"][key]), other=other)

    def _lines(self, text: str, scale: int = 1) -> None:
        for line in wrapped(text, self._able.columns // scale):
            self._printer.text(line + "\n")

    def _other(self, text: str) -> None:
        """The other language, for whoever helps: headings only, or the slip would be twice as long."""
        self._lines(text)

    def _rule(self) -> None:
        self._printer.set(align="left", bold=False)
        self._printer.text("-" * self._able.columns + "\n")

    def _heading(self, key: str) -> None:
        self._rule()
        self._printer.set(align="left", bold=True)
        self._lines(self._word(key))
        self._printer.set(align="left", bold=False)

    def _fact(self, key: str, value: str) -> None:
        label = self._word(key) + ("：" if self._receipt.locale.startswith("zh") else ": ")
        self._hanging(label, value)

    def _item(self, number: int, text: str) -> None:
        self._hanging(f"{number}. ", text)

    def _hanging(self, label: str, text: str) -> None:
        """A label, and the text beside it with its further lines indented alike."""
        indent = columns(label)
        for index, line in enumerate(wrapped(text, self._able.columns - indent)):
            self._printer.text((label if index == 0 else " " * indent) + line + "\n")
