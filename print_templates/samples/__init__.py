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
            "reference": "YZJJ0007-000042" if kind is ReceiptKind.QUEUED else "AA01-20261123-0001",
            "holder_name": "林知夏",
            "holder_id_number": "510107188704170022",
            "at": datetime(2026, 11, 23, 2, 14, tzinfo=_CHINA),
            "kiosk_id": "YZ-JJ-0007",
            "telephone": "028-0000-0000",
            "papers": tuple(
                ReceiptPaper(title=title, outcome=outcome)
                for title, outcome in zip((_ORIGINAL, _DUPLICATE), _OUTCOMES.get(kind, ()), strict=False)
            ),
            "reasons": (_REASON,) if reasoned else (),
            "remedies": _REMEDY if kind is ReceiptKind.REFUSED else None,
            "decide_by": Bilingual(zh="2026年11月26日前", en="before 26 November 2026")
            if kind is ReceiptKind.HUMAN
            else None,
        }
    )
