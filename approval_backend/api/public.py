"""What anybody may ask: is the office alive, is this licence genuine."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

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
_FILE_HEADERS = {name: _PAGE_HEADERS[name] for name in ("X-Content-Type-Options", "Cache-Control")}


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
        document = f"/e/{identifier}.pdf?{urlencode({'s': s})}" if verdict.valid else ""
        shown = page(verdict, office.catalogue.district, checked_at, document)
        return HTMLResponse(shown, verdict.status, _PAGE_HEADERS)

    @router.get("/e/{identifier}.pdf")
    def e_licence(identifier: str, s: str = "") -> Response:
        """The sealed document, for whoever holds the code of a licence in force: what the paper says, no more."""
        verdict = verify(office.store, office.key.public(), identifier, s)
        if not verdict.valid:
            raise Refusal(404, "e-licence-unknown", "There is no licence in force for this code")
        document = office.librarian.library.document(identifier)
        if document is None:
            raise Refusal(404, "e-licence-unknown", "There is no licence in force for this code")
        named = {"Content-Disposition": f'inline; filename="{identifier}.pdf"', "ETag": f'"{document.sha256}"'}
        return Response(document.content, media_type=document.media_type, headers=_FILE_HEADERS | named)

    @router.get("/seal")
    def seal() -> Response:
        """The certificates of the authority's seal: its own first, the root last."""
        return Response(office.librarian.library.seal.chain_pem(), media_type="application/x-pem-file")

    return router
