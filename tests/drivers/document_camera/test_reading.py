"""A page photographed at an angle comes out straight: what is read from it is what was printed on it."""

from __future__ import annotations

import itertools
import random
import unicodedata
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import typst

from drivers.document_camera.page import Image, page_jpeg
from drivers.document_camera.paper import FONTS
from tests.thorough import figure, rounds

LEAST_READ = 0.99  # of the characters
PHOTO = (2592, 1944)  # height, width: five megapixels, upright
SEED = 20261124
LINES = (
    "房屋租赁合同",
    "出租方：云州市锦江新区文澜物业管理有限公司",
    "承租方：林知夏",
    "房屋坐落：云州市锦江新区书院街道文澜路66号附12号",
    "建筑面积：46.5平方米，用途为商业经营。",
    "租赁期限自2026年01月01日起至2029年12月31日止。",
    "月租金人民币3200元，按季度支付，先付后用。",
    "甲方同意乙方将该房屋作为经营场所办理市场主体登记。",
    "乙方不得擅自改变房屋结构，不得转租他人。",
    "任何一方违约的，应当赔偿对方因此受到的损失。",
    "本合同一式两份，双方各执一份，签字后生效。",
)


@pytest.fixture(scope="module")
def sheet() -> Image:
    """The page as it came from the printer: A4 at 220 dpi, (height, width, 3) BGR."""
    body = "\n\n".join(LINES)
    source = f'#set page("a4", margin: 24mm)\n#set text(font: "Noto Serif CJK SC", size: 14pt, lang: "zh")\n{body}'
    png = typst.compile(source.encode(), format="png", ppi=220.0, font_paths=[str(FONTS)])
    assert isinstance(png, bytes)
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)


@pytest.fixture(scope="module")
def read() -> Callable[[bytes], str]:
    from rapidocr import RapidOCR

    reader = RapidOCR(params={"Global.log_level": "error"})

    def text(jpeg: bytes) -> str:
        found = reader(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR))
        lines = sorted(
            zip(found.boxes, found.txts, strict=True), key=lambda each: float(np.asarray(each[0])[:, 1].mean())
        )
        return "".join(words for _, words in lines)

    return text


def photographed(sheet: Image, rng: random.Random) -> Image:
    """The page on a grained desk: turned, seen at an angle, half in the shadow of a hand, with noise and soft focus."""
    height, width = PHOTO
    grain = np.random.default_rng(rng.randrange(2**32))
    desk = np.clip(grain.normal((40, 55, 70), 9, (height, width, 3)), 0, 255).astype(np.float32)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    place = np.array([[0.14, 0.10], [0.86, 0.10], [0.86, 0.90], [0.14, 0.90]], np.float32)
    lean = rng.uniform(0.02, 0.06)  # the far edge is shorter: a camera on an arm looks at an angle
    place[0, 0] += lean
    place[1, 0] -= lean
    place += np.array([[rng.uniform(-0.02, 0.02), rng.uniform(-0.02, 0.02)] for _ in range(4)], np.float32)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-6, 6), 1.0)
    ends = (place * np.array([width, height], np.float32)) @ turn[:, :2].T.astype(np.float32) + turn[:, 2].astype(
        np.float32
    )
    matrix = cv2.getPerspectiveTransform(corners * np.array(sheet.shape[1::-1], np.float32), ends.astype(np.float32))
    laid = cv2.warpPerspective(sheet, matrix, (width, height), flags=cv2.INTER_AREA).astype(np.float32) * 0.88
    cover = cv2.warpPerspective(np.ones(sheet.shape[:2], np.float32), matrix, (width, height))[..., None]
    photo = desk * (1 - cover) + laid * cover
    shade = np.linspace(1.0, rng.uniform(0.6, 0.75), width if rng.random() < 0.5 else height, dtype=np.float32)
    photo *= shade[None, :, None] if shade.size == width else shade[:, None, None]
    photo = cv2.GaussianBlur(photo, (0, 0), rng.uniform(0.5, 0.9)) + grain.normal(0, 4, photo.shape)
    return np.asarray(np.clip(photo, 0, 255), np.uint8)


def plain(text: str) -> str:
    """Without blanks, and with full-width signs as their plain twins: what a reader would call the same."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def distance(one: str, other: str) -> int:
    """Characters to change, add or drop (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, left in enumerate(one, 1):
        before, row[0] = row[0], at
        for column, right in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (left != right))
    return row[-1]


@pytest.mark.timeout(600)
def test_what_is_read_from_the_straightened_page_is_what_was_printed(
    sheet: Image, read: Callable[[bytes], str]
) -> None:
    printed = plain("".join(LINES))
    rng, shares = random.Random(SEED), []
    for _ in itertools.repeat(None, rounds(2, 20)):
        seen = plain(read(page_jpeg(photographed(sheet, rng))))
        shares.append(1 - distance(printed, seen) / len(printed))
    figure(
        f"pages photographed at an angle: {len(shares)}, {len(printed)} characters each; read rightly"
        f" {min(shares):.1%} at the least, {sum(shares) / len(shares):.2%} on average (seed {SEED})"
    )
    assert min(shares) >= LEAST_READ


def test_the_control_a_page_that_is_not_straightened_is_not_a_page(sheet: Image) -> None:
    """The corners are found where they are, not at the picture's own."""
    photo = photographed(sheet, random.Random(SEED))
    page = cv2.imdecode(np.frombuffer(page_jpeg(photo), np.uint8), cv2.IMREAD_GRAYSCALE)
    ratio = page.shape[0] / page.shape[1]
    assert abs(ratio - 297 / 210) < 0.08
    border = np.concatenate([page[:20].ravel(), page[-20:].ravel(), page[:, :20].ravel(), page[:, -20:].ravel()])
    assert np.percentile(border, 5) > 80  # paper, not desk
