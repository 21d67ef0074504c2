"""HTTP to the central office: every answer is either exactly the right one or a fault of a named kind."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any, TypeVar

import requests
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError

from wire.device_auth import sign_request
from wire.messages import Acknowledgement, Decision, Envelope, Problem, SignedCatalogue
from wire.signing import SigningKey

CONNECT_S = 3.05  # just over one TCP retransmission (3 s)
READ_S = 10.0  # of silence; the office acknowledges before it reads the materials
ANSWER_S = 30.0  # for a whole answer, against one that drips
HEALTH_READ_S = 2.0
LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; a catalogue with every service is below 2 MB
RETRY_AFTER_S = 60.0  # for a 429 that names no seconds
LONGEST_RETRY_AFTER_S = 3600.0
MATERIALS_MISSING = "materials-missing"  # last part of the problem type: the office wants the pages again

_ITEM_STATUS = frozenset({400, 404, 405, 409, 410, 413, 415, 422})
_MessageT = TypeVar("_MessageT", bound=BaseModel)


class OfficeFault(Exception):
    """The office did not do what it was asked."""


class ItemFault(OfficeFault):
    """It refuses this item, and says so itself: sending it again changes nothing, other items may pass."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.type} {problem.title}")
        self.problem = problem

    @property
    def materials_missing(self) -> bool:
        return self.problem.type.rstrip("/").endswith(MATERIALS_MISSING)


class ServerFault(OfficeFault):
    """No usable answer: nobody there, 5xx, cut off, or something between that answers in its place (a portal)."""


class AuthorisationFault(OfficeFault):
    """401 or 403: the office does not know this device (any more)."""


class Throttled(OfficeFault):
    """429: come back in ``retry_after_s`` seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"come back in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class OfficeClient:
    """The office's API, for any number of threads. Every call may raise ServerFault, AuthorisationFault or Throttled,
    and ends within its time-outs. All calls may be repeated: they are idempotent at the office.
    """

    def __init__(
        self,
        base_url: str,
        device_id: str,
        key: SigningKey,
        *,
        ca_file: Path | None = None,
        read_s: float = READ_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._device_id = device_id
        self._key = key
        self._verify: bool | str = str(ca_file) if ca_file else True
        self._read_s = read_s
        self._answer_s = answer_s
        self._local = threading.local()

    def put_material(self, sha256: str, media_type: str, data: bytes) -> None:
        """Upload a captured page. Raises ItemFault."""
        answer = self._signed("PUT", f"/v1/materials/{sha256}", data, {"Content-Type": media_type})
        if answer.status not in (200, 201, 204) or answer.is_html:
            raise answer.unexpected()

    def intake(self, envelope: Envelope) -> Acknowledgement:
        """Hand an envelope in. Only an acknowledgement that repeats id and hash is one. Raises ItemFault."""
        body = envelope.model_dump_json().encode()
        ack = self._call("POST", "/v1/intake", body, {"Content-Type": "application/json"}).message(Acknowledgement)
        if (ack.id, ack.content_sha256) != (envelope.sealed.id, envelope.content_sha256):
            raise ServerFault("the acknowledgement is of something else")
        return ack

    def decision(self, application_id: str, wait_s: int) -> Decision | None:
        """The decision, None if there is none within ``wait_s`` seconds. Raises ItemFault."""
        path = f"/v1/applications/{application_id}/decision?wait={wait_s}"
        answer = self._signed("GET", path, b"", {}, read_s=wait_s + self._read_s)
        if answer.status == 204:
            return None
        decision = answer.message(Decision)
        if decision.application_id != application_id:
            raise ServerFault("the decision is on another application")
        return decision

    def catalogue(self) -> SignedCatalogue:
        """The catalogue in force, its signature not yet verified."""
        return self._signed("GET", "/v1/catalogue", b"", {}).message(SignedCatalogue)

    def health(self) -> bool:
        """True only for the office's own words: a portal's page is not health. Raises nothing."""
        try:
            answer = self._call("GET", "/healthz", b"", {}, read_s=HEALTH_READ_S)
        except OfficeFault:
            return False
        return answer.status == 200 and _says_ok(answer.body)

    def _signed(
        self, method: str, path: str, body: bytes, headers: dict[str, str], read_s: float | None = None
    ) -> _Answer:
        return self._call(method, path, body, headers, read_s=read_s, signed=True)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str],
        *,
        read_s: float | None = None,
        signed: bool = False,
    ) -> _Answer:
        request = requests.Request(method, self._base_url + path, data=body or None, headers=headers).prepare()
        # Identity: an answer's size on the wire is its size, so LARGEST_ANSWER also stops a compressed bomb.
        request.headers["Accept-Encoding"] = "identity"
        if signed:
            request.headers.update(sign_request(method, request.path_url, body, self._device_id, self._key))
        try:
            try:
                return self._send(request, read_s or self._read_s)
            except requests.Timeout:
                raise
            except requests.ConnectionError:
                # A kept connection that the office closed while we slept looks like this; a fresh one tells the truth.
                return self._send(request, read_s or self._read_s)
        except requests.RequestException as error:
            raise ServerFault(type(error).__name__) from error

    def _send(self, request: requests.PreparedRequest, read_s: float) -> _Answer:
        with self._session().send(
            request,
            timeout=(CONNECT_S, read_s),
            allow_redirects=False,  # our office never redirects; portals do
            stream=True,
            verify=self._verify,
        ) as response:
            body = _read(response, time.monotonic() + max(self._answer_s, read_s))
            answer = _Answer(response.status_code, response.headers.get("Content-Type", ""), body)
            answer.raise_for_everybody(response.headers.get("Retry-After", ""))
            return answer

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # no proxy, CA bundle or .netrc from whoever started the process
            self._local.session = session
        return session


class _Answer:
    def __init__(self, status: int, content_type: str, body: bytes) -> None:
        self.status = status
        self.body = body
        self.is_html = "html" in content_type

    def raise_for_everybody(self, retry_after: str) -> None:
        """The refusals that concern the device or the office, whatever was asked."""
        if self.status in (401, 403):
            raise AuthorisationFault(f"{self.status}: {self.problem_title()}")
        if self.status == 429:
            named = float(retry_after) if retry_after.isdigit() else RETRY_AFTER_S
            raise Throttled(min(max(named, 1.0), LONGEST_RETRY_AFTER_S))
        if self.status >= 500:
            raise ServerFault(f"status {self.status}")

    def message(self, model: type[_MessageT]) -> _MessageT:
        """The body as a message. Raises ItemFault, ServerFault, neither with the body: it may be personal."""
        if self.status != 200:
            raise self.unexpected()
        try:
            return model.model_validate_json(self.body)
        except ValidationError:
            raise ServerFault(f"a 200 that is no {model.__name__}") from None

    def unexpected(self) -> OfficeFault:
        """An item is only refused by the office itself, in RFC 9457 form; a portal's 404 must not kill it.

        413 is the exception: a proxy in front of the office says it in its own words, and means this item.
        """
        problem = self.problem()
        if self.status in _ITEM_STATUS and problem is not None:
            return ItemFault(problem)
        if self.status == 413:
            return ItemFault(Problem(type="too-large", title="too large", status=413))
        return ServerFault(f"status {self.status} that is not the office's")

    def problem(self) -> Problem | None:
        try:
            problem = Problem.model_validate_json(self.body)
        except ValidationError:
            return None
        return problem if problem.status == self.status else None

    def problem_title(self) -> str:
        problem = self.problem()
        return problem.title if problem else "no reason given"


def _read(response: Any, deadline: float) -> bytes:
    """The whole body, in the pieces that arrive. Raises ServerFault for one too long, too slow or cut off."""
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := response.raw.read1(65536):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER or time.monotonic() > deadline:
                raise ServerFault("an answer without end")
    except (HTTPError, OSError) as error:
        raise ServerFault(f"cut off: {type(error).__name__}") from error
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and size != int(length) and response.status_code != 204:
        raise ServerFault("cut off: the length does not match")
    return b"".join(pieces)


def _says_ok(body: bytes) -> bool:
    """{"status": "ok", …}: a captive portal's page is no such object."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("status") == "ok"
