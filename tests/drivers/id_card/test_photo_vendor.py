"""The vendor's library in its child process: a small library of our own does everything that libraries do."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from time import monotonic

import numpy as np
import psutil
import pytest

from drivers.device import Fault
from drivers.id_card.photo import CardPhotos
from drivers.id_card.photo_vendor import VendorLibrary

# What it does is the fourth byte of the block; the first three are those of the vendor's format.
SOURCE = r"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <stdlib.h>
int unpack(char *src, char *dst, int save) {
    static int calls = 0;
    unsigned char *out = (unsigned char *)dst;
    calls++;
    printf("a library that talks\n"); fflush(stdout);
    switch (src[3]) {
    case 'c': abort();
    case 's': *(volatile int *)0 = 1; return 1;
    case 'h': for (;;) pause();
    case 'w': return -7;
    case 'b': memset(dst, 1, 38556 + 1); return 1;
    case 'f': memset(dst, 1, 38556 + 4096 * 40); return 1;
    case 'x': exit(0);
    }
    for (int i = 0; i < 38556; i++) out[i] = (unsigned char)(i + src[4]);
    out[0] = (unsigned char)calls;
    return save == 0 ? 1 : 0;
}
"""


def block(what: str, seed: int = 0) -> bytes:
    return (b"WLf" + what.encode() + bytes([seed])).ljust(1024, b"\0")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    (folder / "unpack.c").write_text(SOURCE, encoding="ascii")
    made = folder / "libunpack.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-w", "-o", made, folder / "unpack.c"], check=True)
    return made


def test_a_photo_comes_as_102_by_126_pixels(library: Path) -> None:
    decoder = VendorLibrary(library)
    picture = decoder.decode(block("o", 3))
    assert (picture.shape, picture.dtype) == ((126, 102, 3), np.dtype(np.uint8))
    assert picture.reshape(-1)[1:].tobytes() == bytes((i + 3) % 256 for i in range(1, 38556))
    assert decoder.decode(block("o")).reshape(-1)[0] == 2  # the same process: its second call
    decoder.close()
    decoder.close()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("c", "signal 6"),
        ("s", "signal 11"),
        ("x", "exit code 0"),
        ("h", "did not answer"),
        ("b", "wrote beyond"),
        ("f", "signal 11"),  # far beyond: the guard page stops it
        ("w", "returned -7"),
    ],
)
def test_what_a_library_does_wrong_is_a_fault_and_the_next_card_is_decoded(library: Path, what: str, said: str) -> None:
    decoder = VendorLibrary(library, limit_s=20.0 if what != "h" else 1.0)
    decoder.decode(block("o"))
    with pytest.raises(Fault, match=said) as refusal:
        decoder.decode(block(what))
    assert refusal.value.code == "id_card.photo_undecodable"
    assert decoder.decode(block("o", 9)).reshape(-1)[5] == 14
    decoder.close()


def test_a_hanging_library_costs_its_time_limit_and_leaves_no_process(library: Path) -> None:
    decoder = VendorLibrary(library, limit_s=0.5)
    began = monotonic()
    with pytest.raises(Fault, match="did not answer"):
        decoder.decode(block("h"))
    assert monotonic() - began < 10
    assert not [child for child in psutil.Process().children() if str(library) in " ".join(child.cmdline())]


def test_a_library_that_is_missing_or_none_is_named(library: Path, tmp_path: Path) -> None:
    (tmp_path / "not_a_library.so").write_text("nothing", encoding="ascii")
    nameless = tmp_path / "nameless.so"
    (tmp_path / "other.c").write_text("int other(void) { return 0; }\n", encoding="ascii")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", nameless, tmp_path / "other.c"], check=True)
    for path in (None, tmp_path / "gone.so", tmp_path / "not_a_library.so", nameless):
        with pytest.raises(Fault) as refusal:
            VendorLibrary(path).decode(block("o"))
        assert refusal.value.code == "id_card.photo_decoder_missing"


def test_the_settings_choose_by_name_and_auto_tells_the_formats_apart(library: Path) -> None:
    for name in ("auto", "vendor_wlt"):
        photos = CardPhotos(name, library)
        assert photos.decode(block("o")).shape == (126, 102, 3)
        photos.close()


def test_two_threads_share_one_library(library: Path) -> None:
    decoder = VendorLibrary(library, limit_s=20.0)
    wrong: list[int] = []

    def decode(seed: int) -> None:
        for _ in range(10):
            if decoder.decode(block("o", seed)).reshape(-1)[7] != 7 + seed:
                wrong.append(seed)

    threads = [threading.Thread(target=decode, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    decoder.close()
