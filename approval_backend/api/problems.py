"""Every refusal leaves as application/problem+json (RFC 9457), without the values that were sent."""

from __future__ import annotations

import traceback

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from approval_backend.intake.refusal import Refusal

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 5  # a database server that restarts is back within seconds

log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Puts the handlers on ``app``."""

    @app.exception_handler(Refusal)
    def _refusal(_request: Request, refusal: Refusal) -> Response:
        log.info("request.refused", status=refusal.status, kind=refusal.body["type"].rsplit(":", 1)[-1])
        return JSONResponse(refusal.body, refusal.status, media_type=PROBLEM_JSON)

    @app.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> Response:
        body = {"type": "about:blank", "title": str(error.detail), "status": error.status_code, "detail": ""}
        return JSONResponse(body, error.status_code, headers=error.headers, media_type=PROBLEM_JSON)

    @app.exception_handler(RequestValidationError)
    def _parameters(_request: Request, error: RequestValidationError) -> Response:
        errors = [{"where": "/".join(map(str, item["loc"])), "what": item["msg"]} for item in error.errors()]
        body = {"type": "about:blank", "title": "A parameter is wrong", "status": 422, "detail": "", "errors": errors}
        return JSONResponse(body, 422, media_type=PROBLEM_JSON)

    @app.exception_handler(OperationalError)
    def _database_away(_request: Request, error: OperationalError) -> Response:
        # Nothing was committed, or the same id and hash get the same answer: whoever asks again loses nothing.
        log.error("database.away", error=type(error.orig).__name__)
        body = {"type": "about:blank", "title": "The office's database is away; try again", "status": 503, "detail": ""}
        retry = {"Retry-After": str(RETRY_AFTER_S)}
        return JSONResponse(body, 503, headers=retry, media_type=PROBLEM_JSON)

    @app.middleware("http")
    async def _unexpected(request: Request, call_next):  # type: ignore[no-untyped-def]
        try:
            return await call_next(request)
        except Exception as error:  # noqa: BLE001 - the boundary: where it broke is kept, what was sent is not
            frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
            log.error("request.failed", error=type(error).__name__, frames=frames[-8:])
            body = {"type": "about:blank", "title": "The office failed; try again later", "status": 500, "detail": ""}
            return JSONResponse(body, 500, media_type=PROBLEM_JSON)
