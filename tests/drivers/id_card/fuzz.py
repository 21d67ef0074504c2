"""What a fuzzer may throw at the id-card parsers: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from drivers.device import Fault
from drivers.id_card import content, fingerprint, layouts, text
from drivers.id_card.acceptance import accepted
from drivers.id_card.frames import MAX_BODY, MIN_COMMAND, MIN_REPLY, FrameParser
from drivers.id_card.photo import decode_photo

TODAY = date(2026, 1, 1)


def _only_faults(parse: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            parse(data)
        except Fault as fault:
            if not fault.code.startswith("id_card."):
                raise

    return target


def _frames(data: bytes) -> None:
    """In pieces whose sizes the first byte decides; nothing may be kept for ever."""
    for least in (MIN_COMMAND, MIN_REPLY):
        parser = FrameParser(least)
        step = 1 + (data[0] if data else 0)
        for at in range(0, len(data), step):
            parser.feed(data[at : at + step])
            assert len(parser._held) <= MAX_BODY + 8 + step
        parser.give_up()
        assert not parser.holds_bytes


def _with_marker(data: bytes) -> object:
    block = bytearray(data[1:257].ljust(256, b"\0"))
    marker = layouts.LAYOUTS[(data[0] if data else 0) % len(layouts.LAYOUTS)].marker
    block[layouts.MARKER_AT : layouts.MARKER_AT + 2] = marker.encode("utf-16-le")
    return text.parse(bytes(block))


def _whole_card(data: bytes) -> object:
    return accepted(content.Content(data[:256].ljust(256, b" "), bytes(1024), data[536:]), data[256:536], TODAY)


def _webp(data: bytes) -> object:
    return decode_photo((b"RIFF" + data).ljust(1024, b"\0")[:1024])


TARGETS: dict[str, Callable[[bytes], None]] = {
    "id_card.frames": _frames,
    "id_card.text": _only_faults(text.parse),
    "id_card.text_of_each_kind": _only_faults(_with_marker),
    "id_card.newest_address": _only_faults(text.newest_address),
    "id_card.content": _only_faults(lambda data: content.split(data, False)),
    "id_card.content_with_fingerprint": _only_faults(lambda data: content.split(data, True)),
    "id_card.fingerprint": _only_faults(fingerprint.parse),
    "id_card.one_finger": _only_faults(lambda data: fingerprint.parse(data.ljust(512, b"\0")[:512])),
    "id_card.sam_id": _only_faults(content.sam_id),
    "id_card.whole_card": _only_faults(_whole_card),
    "id_card.photo": _only_faults(decode_photo),
    "id_card.photo_webp": _only_faults(_webp),
}
