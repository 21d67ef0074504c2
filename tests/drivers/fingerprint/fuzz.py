"""What a fuzzer may throw at the fingerprint parsers: bytes in; nothing but a named fault may come out."""

from __future__ import annotations

from collections.abc import Callable

from drivers.device import Fault
from drivers.fingerprint import image, zfm_codes
from drivers.fingerprint.zfm_codes import Instruction
from drivers.fingerprint.zfm_frames import HEAD, MAX_PAYLOAD, SUM, Kind, PacketParser, encode
from drivers.fingerprint.zfm_line import ZfmLine


def _only_faults(parse: Callable[[bytes], object]) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        try:
            parse(data)
        except Fault as fault:
            if not fault.code.startswith("fingerprint."):
                raise

    return target


def _packets(data: bytes) -> None:
    """In pieces whose sizes the first byte decides; nothing may be kept for ever."""
    parser = PacketParser()
    step = 1 + (data[0] if data else 0)
    for at in range(0, len(data), step):
        parser.feed(data[at : at + step])
        assert len(parser._held) <= HEAD + MAX_PAYLOAD + SUM + step
        assert parser.missing() >= 1
    parser.give_up()
    assert not parser.holds_bytes


class _Canned:
    """A line that delivers these bytes and then nothing."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def discard_input(self) -> None: ...

    def write(self, data: bytes, limit_s: float) -> None: ...

    def read(self, limit_s: float, most: int = 4096) -> bytes:
        piece, self._data = self._data[:most], self._data[most:]
        if not piece:
            raise Fault("fingerprint.lost", "no more")
        return piece


def _conversation(data: bytes) -> object:
    line = ZfmLine(_Canned(data))  # type: ignore[arg-type]
    line.do(Instruction.UP_IMAGE)
    return line.take_data(36864, 1.0)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "fingerprint.packets": _packets,
    "fingerprint.parameters": _only_faults(zfm_codes.parameters),
    "fingerprint.parameters_of_16": _only_faults(lambda data: zfm_codes.parameters(data[:16].ljust(16, b"\0"))),
    "fingerprint.numbers": _only_faults(lambda data: zfm_codes.numbers(data, 2)),
    "fingerprint.image": _only_faults(image.unpack),
    "fingerprint.conversation": _only_faults(_conversation),
    "fingerprint.image_transfer": _only_faults(lambda data: _conversation(encode(Kind.ANSWER, b"\0") + data)),
}
