"""Invented data for every template and receipt; what the demo, the tests and the benchmark print."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from print_templates.receipts import Receipt, ReceiptKind, ReceiptPaper
from wire.messages import PrintOutcome
from wire.text import Bilingual

_FOLDER = Path(__file__).parent
_CHINA = timezone(timedelta(hours=8))
_ORIGINAL = Bilingual(zh="营业执照（正本）", en="Business licence, original")
_DUPLICATE = Bilingual(zh="营业执照（副本）", en="Business licence, duplicate")
_OUTCOMES = {
    ReceiptKind.GRANTED: (PrintOutcome.PRINTED, PrintOutcome.PRINTED),
    ReceiptKind.NOT_PRINTED: (PrintOutcome.PRINTED, PrintOutcome.NOT_PRINTED),
    ReceiptKind.UNKNOWN: (PrintOutcome.UNKNOWN, PrintOutcome.NOT_PRINTED),
}
_REASON = Bilingual(
    zh="场所证明上的地址与填写的经营场所不一致。",
    en="The address on the proof of premises differs from the one you entered.",
)
_REMEDY = Bilingual(
    zh="可在60日内申请行政复议，或在六个月内提起行政诉讼。",
    en="You may ask for administrative review within 60 days, or go to court within six months.",
)


_STUCK = Bilingual(zh="填写的内容与审批机关现在的要求不一致", en="some answers do not fit what the office asks for now")
_STUCK_NEXT = Bilingual(
    zh="您可以用同一张身份证重新申请一次，也可以等工作人员与您联系。",
    en="You can apply once more with the same ID card, or wait until staff contact you.",
)
_PROGRESS = "https://office.example/p/9Yc0pVbq3mD1kR7sTfXw2A"
_UNANSWERED = (ReceiptKind.QUEUED, ReceiptKind.STUCK)
_FOLLOWED = (*_UNANSWERED, ReceiptKind.HUMAN)


def licence(template: str) -> dict[str, Any]:
    """The sample fields of ``template``."""
    data: dict[str, Any] = json.loads((_FOLDER / f"{template}.json").read_text(encoding="utf-8"))
    return data


def receipt(kind: ReceiptKind, locale: str) -> Receipt:
    """A sample receipt; ``locale`` is zh_CN or en."""
    reasoned = kind in (ReceiptKind.REFUSED, ReceiptKind.HUMAN)
    return Receipt.model_validate(
        {
            "kind": kind,
            "locale": locale,
            "hall": Bilingual(zh="云州市锦江新区行政审批局", en="Yunzhou Jinjiang New Area Approval Bureau"),
            "service": Bilingual(zh="个体工商户设立登记", en="Registration of a sole proprietor"),
            "reference": "4821-7063-4" if kind in _UNANSWERED else "AA01-20261123-0001",
            "local_reference": kind in _UNANSWERED,
            "holder_name": "林知夏",
            "holder_id_number": "510107188704170022",
            "at": datetime(2026, 11, 23, 2, 14, tzinfo=_CHINA),
            "kiosk_id": "YZ-JJ-0007",
            "telephone": "028-0000-0000",
            "papers": tuple(
                ReceiptPaper(title=title, outcome=outcome)
                for title, outcome in zip((_ORIGINAL, _DUPLICATE), _OUTCOMES.get(kind, ()), strict=False)
            ),
            "reasons": (_STUCK,) if kind is ReceiptKind.STUCK else (_REASON,) if reasoned else (),
            "steps": (_STUCK_NEXT,) if kind is ReceiptKind.STUCK else (),
            "qr_text": _PROGRESS if kind in _FOLLOWED else "",
            "progress_page": kind in _FOLLOWED,
            "remedies": _REMEDY if kind is ReceiptKind.REFUSED else None,
            "decide_by": Bilingual(zh="2026年11月26日前", en="before 26 November 2026")
            if kind is ReceiptKind.HUMAN
            else None,
        }
    )
