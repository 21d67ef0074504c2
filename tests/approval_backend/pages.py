"""Proofs of premises drawn as pictures, and the example application of AA-01, for the tests of the office."""

from __future__ import annotations

import io
import tomllib
from datetime import date
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from approval_backend.catalogue.load import SHIPPED
from wire.canonical import bytes_sha256
from wire.messages import Application, MaterialRef

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
EXAMPLE = tomllib.loads((SHIPPED / "services/AA-01/example.toml").read_text(encoding="utf-8"))
PROOF_LINES: list[str] = EXAMPLE["proof"]["lines"]
FORM: dict[str, Any] = EXAMPLE["form"]
TODAY: date = EXAMPLE["today"]


def proof_page(lines: list[str] = PROOF_LINES, *, blur: float = 0) -> bytes:
    """A JPEG of an A4 page, 1125 × 1500 pixels, with these lines on it."""
    page = Image.new("RGB", (1125, 1500), (248, 247, 242))
    draw = ImageDraw.Draw(page)
    draw.text((400, 110), lines[0], font=ImageFont.truetype(FONT, 52), fill=(30, 30, 30))
    for row, line in enumerate(lines[1:]):
        draw.text((110, 280 + 90 * row), line, font=ImageFont.truetype(FONT, 32), fill=(30, 30, 30))
    if blur:
        from PIL import ImageFilter

        page = page.filter(ImageFilter.GaussianBlur(blur))
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def application(catalogue_version: str, page: bytes | None = None, /, **form: Any) -> Application:
    """The example application; ``form`` replaces fields."""
    materials = []
    if page is not None:
        reference = MaterialRef(
            kind="premises_proof", sha256=bytes_sha256(page), media_type="image/jpeg", size_bytes=len(page)
        )
        materials.append(reference.model_dump(mode="json"))
    return Application.model_validate(
        {
            "service": "AA-01",
            "catalogue_version": catalogue_version,
            "applicant": EXAMPLE["applicant"],
            "identity": EXAMPLE["identity"],
            "form": FORM | form,
            "materials": materials,
        }
    )
