"""What submit, decision, print and receipt show."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno

from kiosk_app.session.model import PaperState, Session, SubmitPhase
from wire.messages import DecisionOutcome

SETTLED = {PaperState.PRINTED, PaperState.NOT_PRINTED, PaperState.UNKNOWN}


def project(session: Session) -> dict[str, Any]:
    """What the screens after "submit" read.

    ``verdict`` is granted, refused, human, queued (sealed here, not yet decided) or empty. ``progressCode`` is a QR
    code as the address of a picture.
    """
    locale, decision = session.locale, session.decision
    verdict = decision.outcome.value if decision else ("queued" if session.submit is SubmitPhase.QUEUED else "")
    if session.human_asked and decision and decision.outcome is not DecisionOutcome.HUMAN and not decision.orders:
        verdict = "human"
    return {
        "phase": session.submit.value if session.submit else "",
        "reference": session.reference,
        "localNumber": session.local_number,
        "progressCode": _code(session.progress_url),
        "progressUrl": session.progress_url,
        "stuckWhy": session.stuck[0].pick(locale) if session.stuck else "",
        "stuckNext": session.stuck[1].pick(locale) if session.stuck else "",
        "verdict": verdict,
        "decidedBy": decision.decided_by if decision else "",
        "standards": [
            {
                "title": result.title.pick(locale),
                "basis": result.legal_basis,
                "outcome": result.outcome.value,
                "explanation": result.explanation.pick(locale),
            }
            for result in (decision.standards if decision else ())
        ],
        "reasons": [reason.pick(locale) for reason in (decision.reasons if decision else ())],
        "remedies": decision.remedies.pick(locale) if decision and decision.remedies else "",
        "documents": [signed.order.title.pick(locale) for signed in (decision.orders if decision else ())],
        "humanAsked": session.human_asked,
        "papers": [
            {
                "id": paper.order_id,
                "title": paper.title.pick(locale),
                "state": paper.state.value,
                "reason": paper.reason.pick(locale) if paper.reason else "",
            }
            for paper in session.papers
        ],
        "papersSettled": bool(session.papers) and all(paper.state in SETTLED for paper in session.papers),
        "papersGood": bool(session.papers) and all(paper.state is PaperState.PRINTED for paper in session.papers),
        "receipt": session.receipt.value if session.receipt else "",
        "receiptSettled": session.receipt in SETTLED,
    }


def _code(url: str) -> str:
    if not url:
        _drawn.cache_clear()  # part of the wipe: the code leads to one resident's page
        return ""
    return _drawn(url)


@lru_cache(maxsize=1)  # asked at every change of the session
def _drawn(url: str) -> str:
    return str(segno.make(url, error="m").png_data_uri(scale=8, border=2))
