"""Reading a page in a worker process of its own: the models take 750 MB and a bad image may take the process down."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any

import structlog

from approval_backend.review.reading import Line, Reading

READ_LIMIT_S = 60  # an easy A4 page takes 1 to 4 s on two cores; a minute means that it is stuck
LONGEST_SIDE_PX = 1500  # A4 at 128 dpi: 0 % character errors were seen there; more pixels only take longer

log = structlog.get_logger()


class UnreadablePage(ValueError):
    """The bytes are no picture that can be read, or reading did not end: a person looks at the page."""


class DocumentReader:
    """RapidOCR in one spawned process, models loaded at ``start``; a process that died is replaced once a page."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()  # one page at a time: two would share the same cores

    def start(self) -> Future[int]:
        """Starts the process and loads the models; the future gives the process id once it is warm."""
        self._pool = ProcessPoolExecutor(
            max_workers=1, mp_context=multiprocessing.get_context("spawn"), initializer=_load_models
        )
        return self._pool.submit(_warm_up)

    def read(self, image: bytes) -> Reading:
        """Every line on the page. Raises UnreadablePage."""
        with self._lock:
            for last_try in (False, True):
                if self._pool is None:
                    self.start()
                assert self._pool is not None  # start() made it
                try:
                    return self._pool.submit(_read_page, image).result(timeout=READ_LIMIT_S)
                except ValueError as error:
                    raise UnreadablePage("not a picture that can be read") from error
                except (BrokenProcessPool, FutureTimeout) as error:
                    log.warning("ocr.worker_lost", error=type(error).__name__)
                    self.stop()
                    if last_try:
                        raise UnreadablePage("reading did not end") from error
            raise AssertionError("unreachable: both tries return or raise")

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((pool._processes or {}).values())  # no public way to end a worker that is stuck
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()


_engine: Any = None  # the worker process's models


def _load_models() -> None:
    """Runs once in the worker process."""
    global _engine
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with_parent, args=(parent.sentinel,), daemon=True).start()
    from rapidocr import RapidOCR  # here only: the serving process never loads the models

    _engine = RapidOCR(params={"Global.log_level": "error"})


def _end_with_parent(sentinel: int) -> None:
    """A killed office must not leave 750 MB behind."""
    wait([sentinel])
    os._exit(1)


def _warm_up() -> int:
    import numpy

    blank = numpy.full((320, 320, 3), 255, dtype=numpy.uint8)
    _engine(blank)  # the first run allocates; the first resident does not wait for it
    return os.getpid()


def _read_page(image: bytes) -> Reading:
    """Runs in the worker process. Raises ValueError for bytes that are no picture."""
    import cv2
    import numpy

    pixels = cv2.imdecode(numpy.frombuffer(image, numpy.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError("not a JPEG or PNG picture")
    started = time.perf_counter()
    longest = max(pixels.shape[:2])
    if longest > LONGEST_SIDE_PX:
        scale = LONGEST_SIDE_PX / longest
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = _engine(pixels)
    lines = []
    for box, text, score in zip(
        found.boxes if found.boxes is not None else (), found.txts or (), found.scores or (), strict=True
    ):
        top, left = float(box[:, 1].min()), float(box[:, 0].min())
        lines.append(Line(str(text), float(score), left, top, float(box[:, 1].max()) - top))
    return Reading(tuple(lines), round((time.perf_counter() - started) * 1000))
