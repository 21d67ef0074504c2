"""Turns a document order's data into a PDF/A-2b, ready for the laser printer."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import typst

from print_templates.errors import (
    CharacterNotInFont,
    FieldDoesNotFit,
    FieldInvalid,
    PrintTemplateError,
    TemplateBroken,
    TemplateUnknown,
)
from print_templates.fonts import licence_fonts
from print_templates.template import ROOT, Template, template
from print_templates.verification_code import CodeTooDense, qr_svg
from wire.qr import parse_verification_url

PDF_STANDARD: Final = "a-2b"  # ISO 19005-2, level B: looks the same in thirty years, every font embedded
_CHINESE_DATE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_NOT_IN_FONT = re.compile(r'the text `"(?P<text>.*)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_DOES_NOT_FIT = re.compile(r"does-not-fit:([a-z_]+)")


def render(name: str, data: Mapping[str, Any], *, background: bool, version: str | None = None) -> bytes:
    """The document of template ``name`` as PDF/A-2b bytes: one page, fonts embedded, the same bytes for the same data.

    ``data`` holds the fields of ``<name>/fields.schema.json``. ``background`` draws frame, roundel and title too, for
    plain paper; without it only the fields are set, in the same places, for pre-printed stock. ``version`` is the one
    that an order names; ``None`` takes what is installed.

    Raises TemplateUnknown, FieldInvalid, FieldDoesNotFit, CharacterNotInFont, FontsMissing or TemplateBroken.
    """
    chosen = template(name)
    if version is not None and version != chosen.version:
        raise TemplateUnknown(f"{name}: version {version} is not installed; version {chosen.version} is")
    chosen.check(data)
    inputs = {"data": json.dumps(_prepared(chosen, data), ensure_ascii=False), "background": json.dumps(background)}
    return _warm(name).compile(inputs, data)


def installed_version(name: str) -> str:
    """The version that an order must name. Raises TemplateUnknown."""
    return template(name).version


def _prepared(chosen: Template, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as the template reads it: QR drawn, dates split. Raises FieldInvalid."""
    year, month, day = _date(chosen, data, "issued_on")
    _date(chosen, data, "registered_on")
    try:
        named, _ = parse_verification_url(data["verification_url"])
    except ValueError:
        raise FieldInvalid(chosen.name, "verification_url", "is not a verification address") from None
    if named != data["identifier"]:
        raise FieldInvalid(chosen.name, "verification_url", "is the address of another licence than identifier")
    try:
        code = qr_svg(data["verification_url"], chosen.qr_side_mm)
    except CodeTooDense as dense:
        raise FieldDoesNotFit(chosen.name, "verification_url", str(dense)) from None
    return {
        **data,
        "title": chosen.title,
        "issued": {"year": year, "month": month, "day": day},
        "qr_svg": code,
    }


def _date(chosen: Template, data: Mapping[str, Any], field: str) -> tuple[int, int, int]:
    """(year, month, day) of a field such as 2026年11月23日, a day of the calendar. Raises FieldInvalid."""
    match = _CHINESE_DATE.fullmatch(data[field])
    try:
        day = datetime(*(int(part) for part in match.groups()), tzinfo=UTC) if match else None  # type: ignore[arg-type,misc]
    except ValueError:
        day = None
    if day is None:
        raise FieldInvalid(chosen.name, field, "is not a day of the calendar as YYYY年MM月DD日")
    return day.year, day.month, day.day


class _WarmCompiler:
    """One compiler a template: fonts and artwork stay parsed, so that the second licence takes milliseconds."""

    def __init__(self, chosen: Template) -> None:
        self._template = chosen
        self._compiler = typst.Compiler(chosen.source, root=ROOT, font_paths=licence_fonts(), ignore_system_fonts=True)
        # sys_inputs are kept by the compiler between calls; two threads must not mix two residents
        self._lock = threading.Lock()

    def compile(self, inputs: dict[str, str], data: Mapping[str, Any]) -> bytes:
        try:
            with self._lock:
                # a fixed timestamp: no clock is read, equal data gives equal bytes; the document's date is issued_on
                pdf, warnings = self._compiler.compile_with_warnings(
                    sys_inputs=inputs, pdf_standards=PDF_STANDARD, timestamp=0, pdf_tags=False
                )
        except typst.TypstError as error:
            raise _refusal(self._template, error.message, data) from None
        if warnings:
            raise TemplateBroken(f"{self._template.name}: {'; '.join(str(warning) for warning in warnings)}")
        if not isinstance(pdf, bytes):
            raise TemplateBroken(f"{self._template.name}: compiled to several files instead of one")
        return pdf


@cache
def _warm(name: str) -> _WarmCompiler:
    return _WarmCompiler(template(name))


def _refusal(chosen: Template, message: str, data: Mapping[str, Any]) -> PrintTemplateError:
    """The compiler's words as one of our errors; its own may quote the holder's data and are not passed on."""
    if too_long := _DOES_NOT_FIT.search(message):
        return FieldDoesNotFit(chosen.name, too_long[1], "longer than its box at the smallest legible size")
    if no_glyph := _NOT_IN_FONT.search(message):
        return _character_not_in_font(chosen, no_glyph["text"], data)
    # an error in the template itself; data enters only as values, so that these words are the template's
    return TemplateBroken(f"{chosen.name}: {message}")


def _character_not_in_font(chosen: Template, quoted: str, data: Mapping[str, Any]) -> CharacterNotInFont:
    """``quoted`` is as the compiler writes it: the cluster itself, or \\u{7} for a control character."""
    text = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), quoted)
    field = next((key for key, value in data.items() if text in str(value)), "(template)")
    points = " ".join(f"U+{ord(character):04X}" for character in text)
    return CharacterNotInFont(chosen.name, field, f"holds a character that the licence fonts lack: {points}")
