"""HTTP to the central office: every answer is either exactly the right one or a fault of a named kind."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from urllib3.exceptions import HTTPError, NewConnectionError, ProtocolError, ReadTimeoutError

from offline_cache.clock import Clock
from offline_cache.office_answer import Answer
from offline_cache.office_faults import (
    MATERIALS_MISSING,
    AuthorisationFault,
    ItemFault,
    OfficeFault,
    Reason,
    ServerFault,
    Throttled,
)
from offline_cache.patience import Patience
from offline_cache.transport import ANSWER_GRACE_S, Drips, NobodyTakes, new_session
from wire.announcements import SignedAnnouncements
from wire.device_auth import sign_request
from wire.messages import Acknowledgement, Decision, Envelope, SignedCatalogue
from wire.signing import SigningKey

__all__ = [
    "MATERIALS_MISSING",
    "Answer",
    "AuthorisationFault",
    "ItemFault",
    "OfficeClient",
    "OfficeFault",
    "Reason",
    "ServerFault",
    "Throttled",
]

CONNECT_S = 3.05  # just over one TCP retransmission (3 s)
READ_S = 10.0  # of silence; the office acknowledges before it reads the materials
HEALTH_READ_S = 2.0
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; a catalogue with every service is below 2 MB
DATE_RESOLUTION_S = 1.0  # an HTTP Date counts in whole seconds
_NOT_YET_VALID, _EXPIRED = 9, 10  # X509_V_ERR_CERT_…, x509_vfy.h


class OfficeClient:
    """The office's API, for any number of threads. Every call may raise ServerFault, AuthorisationFault or Throttled,
    and ends within its time limits. All calls may be repeated: they are idempotent at the office.

    ``clock`` learns the office's time from each answer that is surely the office's.
    """

    def __init__(
        self,
        base_url: str,
        device_id: str,
        key: SigningKey,
        *,
        ca_file: Path | None = None,
        read_s: float = READ_S,
        answer_s: float = ANSWER_GRACE_S,
        health_read_s: float = HEALTH_READ_S,
        patience: Patience | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._device_id = device_id
        self._key = key
        self._verify: str | bool = str(ca_file) if ca_file else True
        self._read_s = read_s
        self._answer_s = answer_s
        self._health_read_s = health_read_s
        self._patience = patience or Patience()
        self._local = threading.local()
        self.clock = clock or Clock()

    @property
    def device_id(self) -> str:
        """The name under which this kiosk is enrolled."""
        return self._device_id

    def put_material(self, sha256: str, media_type: str, data: bytes) -> None:
        """Upload a captured page. Raises ItemFault."""
        answer = self.signed("PUT", f"/v1/materials/{sha256}", data, {"Content-Type": media_type})
        if answer.status not in (201, 204):
            raise answer.unexpected()

    def intake(self, envelope: Envelope) -> Acknowledgement:
        """Hand an envelope in. Only an acknowledgement that repeats id and hash is one. Raises ItemFault."""
        body = envelope.model_dump_json().encode()
        ack = self._call("POST", "/v1/intake", body, {"Content-Type": "application/json"}).message(Acknowledgement)
        if (ack.id, ack.content_sha256) != (envelope.sealed.id, envelope.content_sha256):
            raise ServerFault("the acknowledgement is of something else", Reason.PORTAL)
        return ack

    def decision(self, application_id: str, wait_s: int) -> Decision | None:
        """The decision, None if there is none within ``wait_s`` seconds. Raises ItemFault."""
        answer = self.signed("GET", f"/v1/applications/{application_id}/decision?wait={wait_s}", wait_s=wait_s)
        if answer.status == 204:
            return None
        decision = answer.message(Decision)
        if decision.application_id != application_id:
            raise ServerFault("the decision is on another application", Reason.PORTAL)
        return decision

    def catalogue(self) -> SignedCatalogue:
        """The catalogue in force, its signature not yet verified."""
        return self.signed("GET", "/v1/catalogue").message(SignedCatalogue)

    def announcements(self) -> SignedAnnouncements:
        """What the office tells everybody, the signature not yet verified. Raises ItemFault: 404 by an older office."""
        return self.signed("GET", "/v1/announcements").message(SignedAnnouncements)

    def probe(self) -> OfficeFault | None:
        """Why the office is not there, None when it is. True words only: a portal's page is not health."""
        asked = self.clock.elapsed()
        try:
            answer = self._call("GET", "/healthz", b"", {}, usual_s=self._health_read_s)
        except OfficeFault as fault:
            return fault
        health = _health(answer)
        if health is None:
            return ServerFault(f"status {answer.status} that is not the office's health", Reason.PORTAL)
        said, answered = _time_of(health), self.clock.elapsed()
        if said is not None:
            self.clock.learn(said, asked, answered)
        elif answer.date is not None:
            self.clock.learn(answer.date, asked, answered, DATE_RESOLUTION_S)
        return None

    def health(self) -> bool:
        """Whether the office is there. Raises nothing."""
        return self.probe() is None

    def signed(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        wait_s: float = 0.0,
    ) -> Answer:
        """Any call in this device's name; ``wait_s``: how long the office was asked to hold it."""
        return self._call(method, path, body, headers or {}, wait_s=wait_s, signed=True)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        usual_s: float | None = None,
        wait_s: float = 0.0,
        signed: bool = False,
    ) -> Answer:
        request = requests.Request(method, self._base_url + path, data=body or None, headers=dict(headers)).prepare()
        # Identity: an answer's size on the wire is its size, so LARGEST_ANSWER also stops a compressed bomb.
        request.headers["Accept-Encoding"] = "identity"
        if signed:
            request.headers.update(sign_request(method, request.path_url, body, self._device_id, self._key))
        usual = usual_s or self._read_s
        try:
            answer = self._twice_if_closed(lambda: self._send(request, usual, wait_s))
        except (requests.RequestException, HTTPError, NobodyTakes, Drips) as error:
            fault = self._named(error)
            if fault.reason is Reason.SILENT:
                self._patience.silent(usual)
            raise fault from error
        answer.raise_for_everybody()
        return answer

    @staticmethod
    def _twice_if_closed(send: Callable[[], Answer]) -> Answer:
        try:
            return send()
        except requests.ConnectionError as error:
            # A kept connection that the office closed while we slept looks like this; a fresh one tells the truth.
            if not any(isinstance(cause, ProtocolError) for cause in _causes(error)):
                raise
            return send()

    def _send(self, request: requests.PreparedRequest, usual_s: float, wait_s: float) -> Answer:
        with self._session().send(
            request,
            timeout=(self._patience.seconds(CONNECT_S), self._patience.seconds(usual_s) + wait_s),
            allow_redirects=False,  # our office never redirects; portals do
            stream=True,
            verify=self._verify,
        ) as response:
            waited_s: float = getattr(response.raw, "waited_s", 0.0)
            self._patience.answered(usual_s, max(0.0, waited_s - wait_s))
            return Answer(response.status_code, response.headers, _read(response))

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = new_session(self._patience, self._answer_s)
        return session

    def _named(self, error: Exception) -> ServerFault:
        """What kind of silence or noise this was. Never the text of an exception: it may hold an address."""
        if isinstance(error, NobodyTakes | Drips):
            return ServerFault(str(error), Reason.SILENT if isinstance(error, NobodyTakes) else Reason.TOO_SLOW)
        causes = list(_causes(error))
        detail = type(causes[-1]).__name__
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return ServerFault(cause.verify_message, self._blame(cause.verify_code))
        if isinstance(error, requests.exceptions.SSLError) or any(isinstance(c, ssl.SSLError) for c in causes):
            return ServerFault(detail, Reason.TLS)
        if isinstance(error, requests.Timeout | ReadTimeoutError) or any(isinstance(c, TimeoutError) for c in causes):
            return ServerFault(detail, Reason.SILENT)
        if any(isinstance(cause, NewConnectionError) for cause in causes):
            return ServerFault(detail, Reason.UNREACHABLE)
        return ServerFault(detail, Reason.CUT_OFF)

    def _blame(self, verify_code: int) -> Reason:
        """Certificates are not issued in the future; one that has expired may really have."""
        if verify_code == _NOT_YET_VALID:
            return Reason.TLS if self.clock.known and not self.clock.wrong else Reason.CLOCK
        return Reason.CLOCK if verify_code == _EXPIRED and self.clock.wrong else Reason.TLS


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it stands for: requests and urllib3 wrap one another in ``args`` and ``reason``."""
    seen: set[int] = set()
    todo: list[Any] = [error]
    while todo:
        cause = todo.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            todo += [*cause.args, getattr(cause, "reason", None), cause.__cause__]


def _read(response: Any) -> bytes:
    """The whole body. Raises ServerFault for one too long or cut off, Drips or ReadTimeoutError for one too slow."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := response.raw.read1(65536):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                raise ServerFault("an answer without end", Reason.TOO_SLOW)
    except ReadTimeoutError:
        raise
    except (HTTPError, OSError) as error:
        raise ServerFault(type(error).__name__, Reason.CUT_OFF) from error
    length = response.headers.get("Content-Length", "")
    bodiless = response.status_code == 204 or response.request.method == "HEAD"  # the length of what GET would give
    if length.isdigit() and size != int(length) and not bodiless:
        raise ServerFault("the length does not match", Reason.CUT_OFF)
    return b"".join(pieces)


def _health(answer: Answer) -> dict[str, Any] | None:
    """{"status": "ok", "catalogue": …}: a captive portal's page is no such object, nor another server's health."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        return None
    ours = isinstance(said, dict) and said.get("status") == "ok" and "catalogue" in said
    return said if ours and answer.status == 200 else None


def _time_of(health: dict[str, Any]) -> datetime | None:
    try:
        said = datetime.fromisoformat(health["time"])
    except (KeyError, TypeError, ValueError):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
