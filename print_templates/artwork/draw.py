"""Draws frame.svg and roundel.svg; ``python -m print_templates artwork`` writes them anew.

The state's emblem is protected (国徽法, National Emblem Law) and stands on the real, pre-printed stock. What is drawn
here is a substitute of our own: a toothed ring around five equal stars and an open door, in gold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import cos, pi, sin
from pathlib import Path

# Every ISO A sheet has the sides 1 : √2, so one drawing of the A3 sheet serves A4 by scaling.
SHEET_WIDTH, SHEET_HEIGHT = 420.0, 297.0  # mm, A3 landscape
FRAME_LEFT, FRAME_TOP = 10.0, 9.0  # mm from the edge: outside the 4 to 5 mm that laser printers cannot reach
FRAME_BOTTOM = 17.0  # mm: the footer's line stands below the frame, as on the 2019 edition
BAND = 13.0  # mm, the width of the ornamental band

GOLD, DEEP_GOLD, PALE_GOLD = "#b98a32", "#8f6420", "#ecd9a8"
GROUND, GROUND_LINE = "#fffcf3", "#f3e8cb"  # so pale that text, QR and OCR do not see it
RED = "#b3261e"

Point = tuple[float, float]


def _path(points: Iterable[Point], *, closed: bool = False) -> str:
    """SVG path data through ``points`` (mm), two decimals: a hundredth of a millimetre is below any printer's dot."""
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + ("Z" if closed else "")


def _stroke(data: str, colour: str, width_mm: float) -> str:
    return f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{width_mm}"/>'


def _rect(
    x: float, y: float, width: float, height: float, *, fill: str = "none", stroke: str = "", line: float = 0
) -> str:
    outline = f' stroke="{stroke}" stroke-width="{line}"' if stroke else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"{outline}/>'


def _curve(at: Callable[[float], Point], pieces: int, *, closed: bool = False) -> str:
    """The curve ``at`` over 0 to 1 as cubic Béziers (Hermite form): far less data than chords as smooth."""
    step, tiny = 1 / pieces, 1e-5
    data = "M{:.2f} {:.2f}".format(*at(0))
    for i in range(pieces):
        controls = []
        for t, direction in ((i * step, 1), ((i + 1) * step, -1)):
            (x0, y0), (x1, y1), (x, y) = at(t - tiny), at(t + tiny), at(t)
            reach = direction * step / (6 * tiny)  # a third of the step along the tangent (x1 - x0) / (2 tiny)
            controls.append((x + (x1 - x0) * reach, y + (y1 - y0) * reach))
        data += "C" + " ".join(f"{x:.2f} {y:.2f}" for x, y in (*controls, at((i + 1) * step)))
    return data + ("Z" if closed else "")


def _band(origin: Point, length: float, *, upright: bool) -> list[str]:
    """One side of the frame, its middle line starting at ``origin``: interwoven waves, a small diamond in every mesh.

    Whole periods only, so that both ends meet their corners alike.
    """
    periods = round(length / 11.0)
    x, y = origin
    shapes: list[str] = []

    def place(u: float, v: float) -> Point:
        return (x + v, y + u) if upright else (x + u, y + v)

    for amplitude, strands, turn, colour, width in (
        (4.6, 3, 1 / 6, PALE_GOLD, 0.2),  # a sixth of a period between the strands of gold
        (4.6, 3, 0.0, GOLD, 0.42),
        (2.3, 2, 0.0, DEEP_GOLD, 0.3),
    ):
        data = ""
        for strand in range(strands):

            def wave(t: float, amplitude: float = amplitude, shift: float = strand / strands + turn) -> Point:
                return place(length * t, amplitude * sin(2 * pi * (periods * t + shift)))

            data += _curve(wave, periods * 3)
        shapes.append(_stroke(data, colour, width))
    step = length / (2 * periods)
    diamonds = ""
    for u in (step * (i + 0.5) for i in range(2 * periods)):
        diamonds += _path([place(u - 0.8, 0), place(u, -0.8), place(u + 0.8, 0), place(u, 0.8)], closed=True)
    shapes.append(f'<path d="{diamonds}" fill="{DEEP_GOLD}"/>')
    return shapes


def _rosette(centre: Point, base: float, swing: float, lobes: int, phase: float, colour: str, width: float) -> str:
    """A closed wave around ``centre``: radius base ± swing, ``lobes`` times a turn."""

    def at(t: float) -> Point:
        radius = base + swing * cos(2 * pi * lobes * t + phase)
        return centre[0] + radius * cos(2 * pi * t), centre[1] + radius * sin(2 * pi * t)

    return _stroke(_curve(at, lobes * 3, closed=True), colour, width)


def _corner(centre: Point) -> list[str]:
    half = BAND / 2
    x, y = centre
    shapes = [_rect(x - half, y - half, BAND, BAND, fill=GROUND, stroke=DEEP_GOLD, line=0.5)]
    shapes += [_rosette(centre, 4.1, 1.3, 8, k * pi / 3, GOLD, 0.25) for k in range(6)]
    shapes.append(_rosette(centre, 2.2, 0.6, 8, 0, DEEP_GOLD, 0.4))
    shapes.append(f'<circle cx="{x}" cy="{y}" r="0.9" fill="{RED}"/>')
    return shapes


def _ground(left: float, top: float, width: float, height: float) -> list[str]:
    """The pale rosette of security papers behind the text."""
    centre = (left + width / 2, top + height / 2 + 18)
    shapes = [_rect(left, top, width, height, fill=GROUND)]
    for k in range(11):
        for phase in (0.0, pi):
            shapes.append(_rosette(centre, 24 + 5.9 * k, 4 + 1.15 * k, 18, phase, GROUND_LINE, 0.2))
    return shapes


def frame_svg() -> str:
    """The whole A3 landscape sheet: pale ground, ornamental band with corner rosettes, inner lines."""
    left, top = FRAME_LEFT, FRAME_TOP
    width, height = SHEET_WIDTH - 2 * left, SHEET_HEIGHT - top - FRAME_BOTTOM
    half = BAND / 2
    near_x, far_x, near_y, far_y = left + half, left + width - half, top + half, top + height - half
    inner = BAND + 1.6
    shapes = _ground(left, top, width, height)
    shapes.append(_rect(left, top, width, height, stroke=DEEP_GOLD, line=1.1))
    shapes.append(_rect(left + 1.2, top + 1.2, width - 2.4, height - 2.4, stroke=GOLD, line=0.25))
    for y in (near_y, far_y):
        shapes += _band((left + BAND, y), width - 2 * BAND, upright=False)
    for x in (near_x, far_x):
        shapes += _band((x, top + BAND), height - 2 * BAND, upright=True)
    for corner in ((near_x, near_y), (far_x, near_y), (near_x, far_y), (far_x, far_y)):
        shapes += _corner(corner)
    shapes.append(_rect(left + BAND, top + BAND, width - 2 * BAND, height - 2 * BAND, stroke=DEEP_GOLD, line=0.6))
    # between these two lines the template sets a line of small type that says what the sheet is
    offset = inner + 1.4
    shapes.append(_rect(left + offset, top + offset, width - 2 * offset, height - 2 * offset, stroke=GOLD, line=0.25))
    return _svg(SHEET_WIDTH, SHEET_HEIGHT, shapes)


def _star(centre: Point, radius: float) -> str:
    x, y = centre
    points = []
    for i in range(10):
        # the inner corners of a pentagram lie at 0.382 of its radius
        r = radius if i % 2 == 0 else radius * 0.382
        points.append((x + r * sin(pi * i / 5), y - r * cos(pi * i / 5)))
    return f'<path d="{_path(points, closed=True)}" fill="{DEEP_GOLD}"/>'


def roundel_svg() -> str:
    """The emblem's substitute, 100 × 100 units: toothed ring, five equal stars in a circle, an open, lit door.

    Gold on ivory; no red field, no large star, no gate tower, no ears of grain: not to be taken for the state's.
    """
    teeth = []
    for i in range(40 * 4):
        radius = 49.0 if i % 4 < 2 else 46.4
        angle = 2 * pi * (i + 0.5) / (40 * 4)
        teeth.append((50 + radius * cos(angle), 50 + radius * sin(angle)))
    shapes = [
        f'<path d="{_path(teeth, closed=True)}" fill="{DEEP_GOLD}"/>',
        f'<circle cx="50" cy="50" r="44" fill="{GROUND}"/>',
        f'<circle cx="50" cy="50" r="42.6" fill="none" stroke="{GOLD}" stroke-width="0.7"/>',
    ]
    for k in range(4):
        shapes.append(_rosette((50.0, 50.0), 31.5, 8.2, 20, k * pi / 2, GOLD, 0.4))
    shapes.append(f'<circle cx="50" cy="50" r="22.6" fill="{GROUND}" stroke="{DEEP_GOLD}" stroke-width="1"/>')
    for i in range(5):  # five equal stars, each on its own clearing of the rosette
        angle = 2 * pi * i / 5
        star = (50 + 31.5 * sin(angle), 50 - 31.5 * cos(angle))
        shapes.append(f'<circle cx="{star[0]:.2f}" cy="{star[1]:.2f}" r="6.8" fill="{GROUND}"/>')
        shapes.append(_star(star, 6))
    for degrees in range(-75, 76, 15):  # light over the door
        angle = degrees * pi / 180
        ray = [(50 + r * sin(angle), 51 - r * cos(angle)) for r in (13.6, 18.6)]
        shapes.append(_stroke(_path(ray), GOLD, 1.1))
    shapes.append(f'<path d="M40 64V51a10 10 0 0 1 20 0V64z" fill="{DEEP_GOLD}"/>')
    shapes.append(f'<path d="M43 64V51.5a7 7 0 0 1 14 0V64z" fill="{GROUND}"/>')
    shapes.append(f'<path d="M43 64V51.5a7 7 0 0 1 4.2-6.4V61z" fill="{GOLD}"/>')  # the leaf stands open
    shapes.append(_rect(34, 64, 32, 1.8, fill=DEEP_GOLD))
    return _svg(100, 100, shapes)


def _svg(width: float, height: float, shapes: list[str]) -> str:
    body = "\n".join(shapes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}">\n{body}\n</svg>\n'


def write(folder: Path) -> list[Path]:
    """Writes both drawings into ``folder`` and returns their paths."""
    written = []
    for name, text in (("frame.svg", frame_svg()), ("roundel.svg", roundel_svg())):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
