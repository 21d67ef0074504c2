"""Large materials to the office in pieces (tus 1.0), resumed after any break, without remembering anything.

tuspy keeps the protocol's books: offset, piece size, headers. The requests are ours: tuspy's own have no time limit, no
kept connection, no CA file and no signature, and would follow a redirect with all of a resident's page.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

import structlog
from tusclient.client import TusClient
from tusclient.uploader import Uploader

from offline_cache.blobs import MaterialUnreadable
from offline_cache.office_client import Answer, ItemFault, OfficeClient, OfficeFault, Reason, ServerFault
from wire.uploads import CHUNK_CONTENT_TYPE, LARGEST_PIECE_BYTES, UPLOADS_PATH, upload_id

FIRST_PIECE_BYTES = 256 * 1024
SMALLEST_PIECE_BYTES = 16 * 1024  # below, headers and signatures cost more than what they carry
GROW_AFTER = 4  # pieces in a row that arrived; twice as many after each break, so that a bad line settles at its size
LONGEST_GROW_AFTER = 256
MOST_STALLS = 6  # breaks in a row without one new byte at the office: from 256 KB down to 16 KB and once more
HASH_MISMATCH = "hash-mismatch"  # last part of the problem type: what arrived is not what was announced
_GONE = (404, 410)

log = structlog.get_logger()


class UploadPaused(OfficeFault):
    """``keep_on`` said no. Everything that arrived stays; the next upload of the material goes on from there."""


class LargeMaterial(Protocol):
    """A material that is read in pieces: the clear text is never in a file, and in memory one piece at a time."""

    @property
    def sha256(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size_bytes(self) -> int: ...
    def open(self) -> AbstractContextManager[BinaryIO]: ...


def _always() -> bool:
    return True


def upload_material(client: OfficeClient, material: LargeMaterial, keep_on: Callable[[], bool] = _always) -> None:
    """Returns once the office holds the whole and has compared its SHA-256. Repeating it is cheap.

    A break is resumed at once as long as every attempt brings bytes to the office. ``keep_on`` is asked before each
    piece, so that somebody at the screen need not wait behind a big file. Raises ItemFault (refused, or twice arrived
    as something else), ServerFault, AuthorisationFault, Throttled, UploadPaused, or MaterialUnreadable.
    """
    if _is_there(client, material.sha256):
        return
    with material.open() as stream:
        upload = _Upload(client, material, stream, keep_on)
        try:
            upload.run()
        except ItemFault as fault:
            if not fault.problem.type.endswith(HASH_MISMATCH):
                raise
            log.warning("material_arrived_changed", size_bytes=material.size_bytes)
            upload.begin()
            upload.run()


def _is_there(client: OfficeClient, sha256: str) -> bool:
    """Also when the last answer of an earlier upload was lost. The office repeats the hash, a portal would not."""
    answer = client.signed("HEAD", f"/v1/materials/{sha256}")
    return answer.status == 200 and answer.headers.get("ETag", "") == f'"{sha256}"'


class _Upload(Uploader):  # type: ignore[misc]  # tuspy is untyped
    """One material on its way."""

    url: str
    offset: int
    chunk_size: int

    def __init__(
        self, client: OfficeClient, material: LargeMaterial, stream: BinaryIO, keep_on: Callable[[], bool]
    ) -> None:
        self._office, self._material, self._stream, self._keep_on = client, material, stream, keep_on
        self._arrived_in_a_row, self._grow_after = 0, GROW_AFTER
        super().__init__(
            file_stream=stream,
            client=TusClient(UPLOADS_PATH),
            metadata={"filename": material.sha256, "filetype": material.media_type},
            chunk_size=FIRST_PIECE_BYTES,
        )
        # Derived, not remembered: a kiosk that was killed finds its upload again.
        self.url = f"{UPLOADS_PATH}/{upload_id(client.device_id, material.sha256)}"

    def get_file_size(self) -> int:
        return self._material.size_bytes

    def run(self) -> None:
        """From wherever it stands to the end."""
        stalls, furthest = 0, -1
        placed = False
        while True:
            try:
                if not placed:
                    self.find_place()
                    placed = True
                if self.offset > furthest:
                    stalls, furthest = 0, self.offset
                if not self._keep_on():
                    raise UploadPaused("something more urgent waits")
                if self._piece_completed_it():
                    return
            except ServerFault:
                stalls += 1
                if stalls > MOST_STALLS:
                    raise
                placed = False
                self._arrived_in_a_row, self._grow_after = 0, min(2 * self._grow_after, LONGEST_GROW_AFTER)
                self.chunk_size = max(SMALLEST_PIECE_BYTES, self.chunk_size // 2)

    def find_place(self) -> None:
        """Where the office stands; a new upload if it knows of none (any more)."""
        answer = self._office.signed("HEAD", self.url, headers=self.get_headers())
        if answer.status in _GONE:
            self.begin()
        else:
            self.offset = self._offset_of(answer, 200)

    def begin(self) -> None:
        """A new upload; what the office had of it is dropped there."""
        answer = self._office.signed("POST", UPLOADS_PATH, headers=self.get_url_creation_headers())
        # The address that it names is only compared: it may be a proxy's inner one.
        if answer.status != 201 or not answer.headers.get("Location", "").endswith(self.url):
            raise answer.unexpected()
        self.offset = 0

    def _piece_completed_it(self) -> bool:
        """Send the next piece; an empty one when all are there and only the office's last step is missing."""
        self._stream.seek(self.offset)
        wanted = self.get_request_length()
        piece = self._stream.read(wanted)
        if len(piece) != wanted:
            raise MaterialUnreadable("the page is shorter than it was")
        answer = self._office.signed(
            "PATCH",
            f"{self.url}?offset={self.offset}",  # in the address, so that the signature covers it
            piece,
            {**self.get_headers(), "Upload-Offset": str(self.offset), "Content-Type": CHUNK_CONTENT_TYPE},
        )
        if answer.status == 409 or answer.status in _GONE:
            raise ServerFault(f"status {answer.status}: the office stands elsewhere", Reason.UNEXPECTED)
        before, self.offset = self.offset, self._offset_of(answer, 204)
        if piece and self.offset <= before:
            raise ServerFault("the office counts nothing of it", Reason.UNEXPECTED)
        self._arrived_in_a_row += 1
        if self._arrived_in_a_row >= self._grow_after:
            self.chunk_size = min(LARGEST_PIECE_BYTES, self.chunk_size * 2)
            self._arrived_in_a_row = 0
        return bool(self.offset == self._material.size_bytes)

    def _offset_of(self, answer: Answer, status: int) -> int:
        """Only an answer of the protocol is one. Raises ItemFault or ServerFault for others."""
        offset = answer.headers.get("Upload-Offset", "")
        if answer.status != status or not (offset.isascii() and offset.isdigit()):
            raise answer.unexpected()
        if int(offset) > self._material.size_bytes:
            raise ServerFault("the office counts more than there is", Reason.UNEXPECTED)
        return int(offset)
