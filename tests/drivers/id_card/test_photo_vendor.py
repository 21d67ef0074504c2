"""The vendor's library in its child process: a small library of our own does everything that libraries do."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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


def test_whether_the_library_loads_is_known_before_a_card_is_read(library: Path, tmp_path: Path) -> None:
    decoder = VendorLibrary(library, limit_s=20.0)
    decoder.check()
    decoder.check()
    assert decoder.decode(block("o")).reshape(-1)[0] == 1  # one process: it was kept
    assert decoder._process is not None
    decoder._process.kill()
    decoder._process.wait()
    decoder.check()  # it died between two cards
    assert decoder.decode(block("o")).reshape(-1)[0] == 1
    decoder.close()
    hanging, crashing = (tmp_path / f"{name}.so" for name in ("hanging", "crashing"))
    for made, does in ((hanging, "for (;;) pause();"), (crashing, "abort();")):
        source = tmp_path / "start.c"
        source.write_text(
            "#include <unistd.h>\n#include <stdlib.h>\n"
            f"__attribute__((constructor)) void start(void) {{ {does} }}\nint unpack(void) {{ return 1; }}\n",
            encoding="ascii",
        )
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", made, source], check=True)
    for broken, limit_s in ((tmp_path / "gone.so", 20.0), (crashing, 20.0), (hanging, 1.0)):
        with pytest.raises(Fault, match=r"id_card\.photo_decoder_missing"):
            VendorLibrary(broken, limit_s=limit_s).check()


def test_a_deployment_without_its_decoder_is_known_before_a_card_is_read(library: Path, tmp_path: Path) -> None:
    for named, path in (("vendor_wlt", None), ("vendor_wlt", tmp_path / "gone.so"), ("auto", tmp_path / "gone.so")):
        with pytest.raises(Fault, match=r"id_card\.photo_decoder_missing"):
            CardPhotos(named, path).check()
    CardPhotos().check()  # no real card is expected
    CardPhotos("synthetic_webp").check()
    chosen = CardPhotos("vendor_wlt", library)
    chosen.check()
    chosen.close()


def test_the_settings_choose_by_name_and_auto_tells_the_formats_apart(library: Path) -> None:
    for name in ("auto", "vendor_wlt"):
        photos = CardPhotos(name, library)
        assert photos.decode(block("o")).shape == (126, 102, 3)
        photos.close()


def test_threads_share_one_library_and_it_outlives_the_one_that_started_it(library: Path) -> None:
    decoder = VendorLibrary(library, limit_s=20.0)

    def decode(seed: int) -> list[int]:
        return [int(decoder.decode(block("o", seed)).reshape(-1)[7]) for _ in range(10)]

    with ThreadPoolExecutor(max_workers=1) as first:
        assert first.submit(decode, 1).result() == [8] * 10
    with ThreadPoolExecutor(max_workers=2) as both:
        assert [one.result() for one in [both.submit(decode, seed) for seed in (2, 3)]] == [[9] * 10, [10] * 10]
    assert decoder.decode(block("o")).reshape(-1)[0] == 31  # one process has done all of them
    decoder.close()


@pytest.mark.parametrize("does", ["o", "h"])
def test_no_process_is_left_when_the_kiosk_is_killed(library: Path, does: str) -> None:
    """Also while the library hangs: then the child ends by its own alarm, which is made short here."""
    script = (
        "import sys; from pathlib import Path; from drivers.id_card.photo_vendor import VendorLibrary\n"
        "import drivers.id_card.photo_vendor_process as child, shutil\n"
        "source = Path(sys.argv[2]); source.write_text(\n"
        "    Path(child.__file__).read_text('utf-8').replace('HANGS_S = 30', 'HANGS_S = 1'), 'utf-8')\n"
        "child.__file__ = str(source)\n"
        "decoder = VendorLibrary(Path(sys.argv[1]), limit_s=60.0)\n"
        "decoder.decode(b'WLfo'.ljust(1024, b'\\0')); print(decoder._process.pid, flush=True)\n"
        "decoder.decode(b'WLf' + sys.argv[3].encode().ljust(1021, b'\\0')); sys.stdin.read()"
    )
    child_source = library.with_name(f"child_{does}.py")
    arguments = [sys.executable, "-c", script, str(library), str(child_source), does]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as kiosk:
        assert kiosk.stdout is not None
        child = psutil.Process(int(kiosk.stdout.readline()))
        kiosk.kill()
    child.wait(timeout=20)
