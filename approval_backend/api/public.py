"""What anybody may ask: is the office alive, is this licence genuine."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from approval_backend.intake import progress
from approval_backend.intake.refusal import Refusal
from approval_backend.licences.verification import page, verify
from approval_backend.office import Office
from approval_backend.review.decide import CHINA_TIME
from wire.follow_up import is_progress_token

_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def public_routes(office: Office) -> APIRouter:
    """The routes without a signature."""
    router = APIRouter()

    @router.get("/healthz")
    def healthz() -> dict[str, str]:
        with office.store.read():
            now = datetime.now(UTC).isoformat(timespec="milliseconds")  # kiosks set their sense of time by it
            return {"status": "ok", "catalogue": office.catalogue.version, "time": now}

    @router.get("/p/{token}")
    def progress_page(token: str) -> Response:
        if not is_progress_token(token):
            raise Refusal(404, "progress-unknown", "This is not the address of a progress page")
        found = progress.progress_of(office.store, token)
        return HTMLResponse(progress.page(found, office.catalogue.district), 200, _PAGE_HEADERS)

    @router.get("/v/{identifier:path}")
    def verification(identifier: str, s: str = "") -> Response:
        verdict = verify(office.store, office.key.public(), identifier, s)
        checked_at = datetime.now(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")
        return HTMLResponse(page(verdict, office.catalogue.district, checked_at), verdict.status, _PAGE_HEADERS)

    return router
