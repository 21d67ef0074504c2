"""The papers that the simulated desk shows: a tenancy contract drawn with Pillow, and the desk under it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

Image = NDArray[np.uint8]

PEOPLE = Path(__file__).parents[1] / "rig" / "people.toml"
FONTS = Path("/usr/share/fonts/opentype/noto")  # Debian's fonts-noto-cjk
SIMPLIFIED = 2  # index of the SC face in Debian's .ttc files
PAGE = (1654, 2339)  # A4 at 200 dpi
DESK = (1536, 2048)  # width, height: a 3-megapixel camera mounted upright
INK, RED = (28, 28, 34), (196, 30, 36)
WRONG_ADDRESS = "云州市锦江新区书院街道文澜路66号附3号"


@dataclass(frozen=True)
class Tenancy:
    """What a tenancy contract (房屋租赁合同) says; dates as on paper."""

    lessee: str
    lessee_id_number: str
    address: str
    lessor: str = "云州市锦江新区文澜物业管理有限公司"
    area: str = "42.5"
    term_from: str = "2026年01月01日"
    term_until: str = "2029年12月31日"
    signed_on: str = "2025年12月20日"


def tenancy_of(person: str, address: str | None = None) -> Tenancy:
    """The contract of somebody in people.toml. Raises KeyError for anybody else."""
    entry = tomllib.loads(PEOPLE.read_text("utf-8"))[person]
    return Tenancy(entry["name"], entry["id_number"], address or entry["premises_address"])


def draw_tenancy(tenancy: Tenancy) -> Image:
    """The contract's page, (2339, 1654, 3) BGR, as it came from the printer, signed and stamped."""
    sheet = Pillow.new("RGB", PAGE, (251, 250, 246))
    pen = ImageDraw.Draw(sheet)
    pen.text((PAGE[0] / 2, 190), "房屋租赁合同", INK, _font("Serif", "Bold", 76), anchor="mm")
    pen.text((PAGE[0] - 170, 290), "合同编号：YZ-JJ-2025-0316", INK, _font("Serif", "Regular", 30), anchor="rm")
    body, y = _font("Serif", "Regular", 38), 350
    for line in _lines(tenancy):
        if line:
            pen.text((170, y), line, INK, body)
        y += 68 if line else 30
    y += 40
    pen.text((170, y), "出租方（盖章）：", INK, body)
    pen.text((890, y), "承租方（签字）：", INK, body)
    pen.text((1180, y - 14), tenancy.lessee, (30, 40, 110), _font("Serif", "Regular", 58))
    pen.text((170, y + 130), f"签订日期：{tenancy.signed_on}", INK, body)
    pen.text((890, y + 130), f"签订日期：{tenancy.signed_on}", INK, body)
    page = np.asarray(cv2.cvtColor(np.asarray(sheet), cv2.COLOR_RGB2BGR), np.uint8)
    return _stamped(page, (540, y + 50), tenancy.lessor)


def _lines(tenancy: Tenancy) -> list[str]:
    return [
        f"出租方（甲方）：{tenancy.lessor}",
        f"承租方（乙方）：{tenancy.lessee}",
        f"承租方身份证号：{tenancy.lessee_id_number}",
        "",
        "甲乙双方就房屋租赁事宜，经协商一致，订立本合同。",
        "第一条  租赁房屋",
        f"房屋坐落：{tenancy.address}",
        f"建筑面积：{tenancy.area}平方米    房屋用途：商业经营",
        "第二条  租赁期限",
        f"租赁期限：自{tenancy.term_from}至{tenancy.term_until}",
        "第三条  租金及支付方式",
        "月租金人民币3200元，按季度支付，先付后用。",
        "第四条  房屋使用",
        "甲方同意乙方将该房屋作为经营场所办理市场主体登记。",
        "乙方不得擅自改变房屋结构，不得转租。",
        "第五条  违约责任",
        "任何一方违约的，应当赔偿对方因此受到的损失。",
        "第六条  本合同一式两份，甲乙双方各执一份，自双方签字盖章之日起生效。",
    ]


def _stamped(page: Image, centre: tuple[int, int], words: str) -> Image:
    """A red company seal: ring, star, the name around; red on print lets the print through, as ink does."""
    size = 340
    seal = Pillow.new("L", (size, size), 0)
    pen = ImageDraw.Draw(seal)
    pen.ellipse((6, 6, size - 6, size - 6), outline=255, width=9)
    star = [72 * (1.0 if k % 2 == 0 else 0.4) for k in range(10)]
    angles = [np.pi * k / 5 - np.pi / 2 for k in range(10)]
    pen.polygon(
        [(size / 2 + r * np.cos(a) * 0.8, size / 2 + r * np.sin(a) * 0.8) for r, a in zip(star, angles, strict=True)],
        fill=255,
    )
    font = _font("Serif", "Bold", 32)
    for number, letter in enumerate(words):
        turn = -125 + 250 * number / max(len(words) - 1, 1)
        glyph = Pillow.new("L", (size, size), 0)
        ImageDraw.Draw(glyph).text((size / 2, 44), letter, 255, font, anchor="mm")
        seal.paste(255, mask=glyph.rotate(-turn, Pillow.Resampling.BICUBIC))
    pen.text((size / 2, size - 70), "合同专用章", 255, _font("Serif", "Bold", 30), anchor="mm")
    ink = np.asarray(seal.rotate(6, Pillow.Resampling.BICUBIC), np.float32)[..., None] / 255 * 0.8
    x, y = centre[0] - size // 2, centre[1] - size // 2
    part = page[y : y + size, x : x + size].astype(np.float32)
    red = np.array(RED[::-1], np.float32) / 255
    page[y : y + size, x : x + size] = np.clip(part * (1 - ink) + part * red * ink, 0, 255).astype(np.uint8)
    return page


def on_desk(page: Image | None) -> Image:
    """The desk from above, (2048, 1536, 3) BGR, with the page lying a little askew, lit from one side."""
    width, height = DESK
    rng = np.random.default_rng(3)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (height // 4, width // 4)).astype(np.float32), (0, 0), 1.2, sigmaY=18)
    grain = cv2.resize(grain, DESK)[..., None] * 28
    desk = np.clip(np.array([38, 52, 66], np.float32) + grain, 0, 255)
    if page is not None:
        corners = np.array([[0, 0], [page.shape[1], 0], [page.shape[1], page.shape[0]], [0, page.shape[0]]], np.float32)
        place = np.array([[118, 96], [1424, 128], [1402, 1972], [92, 1950]], np.float32)
        matrix = cv2.getPerspectiveTransform(corners, place)
        shadow = cv2.warpPerspective(np.full(page.shape[:2], 1.0, np.float32), matrix, DESK)
        desk *= 1 - 0.45 * cv2.GaussianBlur(np.roll(shadow, (12, 10), (0, 1)), (0, 0), 9)[..., None]
        small = cv2.GaussianBlur(page, (0, 0), 0.5)
        laid = cv2.warpPerspective(small, matrix, DESK, flags=cv2.INTER_AREA).astype(np.float32) * 0.9
        cover = shadow[..., None]
        desk = desk * (1 - cover) + laid * cover
    light = np.linspace(1.04, 0.88, width, dtype=np.float32)[None, :, None]
    return np.asarray(np.clip(desk * light, 0, 255), np.uint8)


def _font(family: str, weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"Noto{family}CJK-{weight}.ttc"), size, index=SIMPLIFIED)
