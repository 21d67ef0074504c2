"""Why no paper came, in a resident's words."""

from __future__ import annotations

from drivers.faults import explain
from wire.text import Bilingual

_DESK = {
    "print_desk.order_untrusted": Bilingual(
        zh="证照数据未通过签名核验，未打印，已通知工作人员",
        en="The document's signature could not be verified; nothing was printed",
    ),
    "print_desk.template_refused": Bilingual(
        zh="证照内容无法排版，未打印，已通知工作人员", en="The document could not be laid out; nothing was printed"
    ),
    "print_desk.out_of_stock": Bilingual(
        zh="证照专用纸已用完，证照为您保留", en="The licence paper has run out; your document is kept for you"
    ),
    "print_desk.interrupted": Bilingual(
        zh="打印被中断，未出纸，证照为您保留",
        en="Printing was interrupted before any paper came; your document is kept for you",
    ),
}


def reason_for(code: str) -> Bilingual | None:
    """None for no code."""
    if not code:
        return None
    return _DESK.get(code) or explain(code).resident
