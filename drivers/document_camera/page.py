"""The page in the picture: found, judged, straightened, compressed."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.device import Fault

Image = NDArray[np.uint8]

SEARCH_HEIGHT = 640  # pixels; edges of a page are found as well in a small picture, ten times quicker
MIN_AREA = 0.18  # of the picture: less is a receipt or a hand, and would not have the pixels for reading
MIN_PAPER_LUMA = 95  # of 255: paper under the desk lamp is brighter than this, the desk is not
MIN_LIGHT = 60  # of 255, the brightest twentieth of the picture: below, even white paper would not be legible
EDGE = 0.006  # of the picture's sides: a corner nearer to the edge than this belongs to a page that goes on outside
MIN_CONTRAST = 35  # paper minus desk; a desk as bright as paper is a no-page by itself
LONG_SIDE = 1800  # pixels after straightening: small print of 9 pt is 19 pixels high, OCR wants 12 and more
MIN_SHARPNESS = (
    55.0  # variance of the Laplacian inside the page's ink: sharp pages 200 to 900, unreadable ones under 40
)
GLARE_LUMA = 252  # paper never reaches it under diffuse light; a lamp's mirror image does
MAX_GLARE = 0.012  # of the page: a spot of 2 × 3 cm on A4 hides a word
MAX_JPEG_BYTES = 900_000  # what the outbox and the office take without chunks
QUALITIES = (88, 80, 72, 60, 45)


def page_jpeg(frame: Image) -> bytes:
    """The page as JPEG, as it lay, long side LONG_SIDE. Raises Fault document_camera.no_page, .cut_off, .too_dark,
    .blurred, .glare.
    """
    if float(np.percentile(frame[::8, ::8].max(axis=2), 95)) < MIN_LIGHT:
        raise Fault("document_camera.too_dark", "the lamp is off or covered")
    if touches_edge(frame):
        raise Fault("document_camera.cut_off", "the page goes on outside of the picture")
    corners = find_page(frame)
    if corners is None:
        raise Fault("document_camera.no_page", "no paper with four corners on the desk")
    page = straighten(frame, corners)
    grey = np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8)
    glare = float((cv2.blur(grey, (9, 9)) >= GLARE_LUMA).mean())
    if glare > MAX_GLARE:
        raise Fault("document_camera.glare", f"{glare:.3f} of the page")
    sharp = sharpness(grey)
    if sharp < MIN_SHARPNESS:
        raise Fault("document_camera.blurred", f"sharpness {sharp:.0f}")
    for quality in QUALITIES:
        done, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and len(data) <= MAX_JPEG_BYTES:
            return bytes(data)
    raise Fault("document_camera.blurred", "too restless a picture to compress")  # noise, not a page


def find_page(frame: Image) -> NDArray[np.float32] | None:
    """Corners (4, 2) in pixels: top left, top right, bottom right, bottom left; None where no page lies."""
    outline, scale = _outline(frame)
    if outline is None:
        return None
    hull = cv2.convexHull(outline)
    for tolerance in (0.02, 0.03, 0.05):
        polygon = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True)
        if len(polygon) == 4:
            return _ordered(polygon.reshape(4, 2).astype(np.float32) / np.float32(scale))
    return None


def touches_edge(frame: Image) -> bool:
    """Whether the paper in the picture goes on outside of it."""
    outline, scale = _outline(frame)
    if outline is None:
        return False
    height, width = frame.shape[0] * scale, frame.shape[1] * scale
    x, y = outline.reshape(-1, 2).T
    near_x, near_y = max(2.0, EDGE * width), max(2.0, EDGE * height)
    at_edge = (x < near_x) | (x > width - 1 - near_x) | (y < near_y) | (y > height - 1 - near_y)
    return bool(at_edge.any())


def _outline(frame: Image) -> tuple[NDArray[np.int32] | None, float]:
    """The outline of what is as bright as paper, large enough for a page, in a small copy; and that copy's scale."""
    scale = SEARCH_HEIGHT / frame.shape[0]
    small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.medianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), 7)
    level, paper = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright, dark = grey[paper > 0], grey[paper == 0]
    if not bright.size or not dark.size or level < MIN_PAPER_LUMA / 2:
        return None, scale
    if np.median(bright) < MIN_PAPER_LUMA or np.median(bright) - np.median(dark) < MIN_CONTRAST:
        return None, scale
    paper = cv2.morphologyEx(paper, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))  # print is not an edge
    outlines, _ = cv2.findContours(paper, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(outlines, key=cv2.contourArea)
    if cv2.contourArea(outline) < MIN_AREA * grey.size:
        return None, scale
    return np.asarray(outline, np.int32), scale


def straighten(frame: Image, corners: NDArray[np.float32]) -> Image:
    """The page alone, seen from straight above, long side LONG_SIDE."""
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(np.linalg.norm(top_right - top_left), np.linalg.norm(bottom_right - bottom_left))
    height = max(np.linalg.norm(bottom_left - top_left), np.linalg.norm(bottom_right - top_right))
    scale = LONG_SIDE / max(width, height)
    size = (round(float(width * scale)), round(float(height * scale)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(cv2.warpPerspective(frame, matrix, size, flags=cv2.INTER_CUBIC), np.uint8)


def sharpness(grey: Image) -> float:
    """Variance of the Laplacian around ink only, so that a page with little on it is not called blurred."""
    calm = cv2.GaussianBlur(grey, (0, 0), 1.0)  # the sensor's noise is not sharpness
    paper = cv2.GaussianBlur(grey, (0, 0), 25)
    ink = cv2.dilate((grey.astype(np.int16) < paper.astype(np.int16) - 25).astype(np.uint8), np.ones((5, 5), np.uint8))
    margin = 40  # the page's own edge is sharp whatever the focus of the print
    ink[:margin], ink[-margin:], ink[:, :margin], ink[:, -margin:] = 0, 0, 0, 0
    if int(ink.sum()) < 500:  # an empty sheet has nothing to be blurred, and nothing to be read either
        return 0.0
    return float(cv2.Laplacian(calm, cv2.CV_32F)[ink > 0].var())


def _ordered(points: NDArray[np.float32]) -> NDArray[np.float32]:
    total, difference = points.sum(axis=1), points[:, 0] - points[:, 1]
    return points[[total.argmin(), difference.argmax(), total.argmax(), difference.argmin()]]
