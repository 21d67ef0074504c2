"""One parser under fuzz, in a process of its own: a crash or a hang ends this process and nothing else.

``python -m drivers.rig.fuzz_target MODULE NAME --engine atheris|mutation --inputs N --seed S`` prints one line of JSON.
``MODULE`` has ``TARGETS: dict[str, Callable[[bytes], None]]``; a target raises nothing for any bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import signal
import sys
import tempfile
import tomllib
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

Target = Callable[[bytes], None]
INPUT_LIMIT_S = 5  # for one input; parsers take microseconds, a loaded machine may stand still for a second
LONGEST = 4096  # bytes; the longest frame of any device has 2,400
MEMORY_MB = 2048
INTERESTING = (
    b"\0",
    b"\xff",
    b"\xff\xff",
    b"\x7f",
    b"\x80",
    b"\n",
    b"\r\n",
    b"\x1b",
    b"\x10\x04",
    b"\xaa\xaa\xaa\x96\x69",
)


class Hang(BaseException):
    """One input took longer than INPUT_LIMIT_S. No Exception: a parser's own handlers must not swallow it."""


def seeds_of(module: Any) -> list[bytes]:
    """What to begin with: ``SEEDS`` of the module, and every hexadecimal ``frame`` of the vectors beside it."""
    seeds = [b"", *getattr(module, "SEEDS", ())]
    folder = Path(str(module.__file__)).with_name("vectors")
    for path in sorted(folder.glob("*.toml")):
        for table in tomllib.loads(path.read_text("utf-8")).values():
            for entry in table if isinstance(table, list) else []:
                with contextlib.suppress(KeyError, TypeError, ValueError):
                    seeds.append(bytes.fromhex(entry["frame"]))
    return seeds


def mutations(seeds: list[bytes], inputs: int, seed: int) -> Iterator[bytes]:
    """That many inputs, the same for the same seed: the seeds themselves, then changed, cut, glued and random ones."""
    chance = random.Random(seed)
    for number in range(inputs):
        if number < len(seeds):
            yield seeds[number]
            continue
        data = bytearray(chance.choice(seeds))
        if not data or chance.random() < 0.2:
            data = bytearray(chance.randbytes(int(chance.expovariate(1 / 64))))
        for _ in range(chance.randrange(1, 6)):
            _change(data, seeds, chance)
        yield bytes(data[:LONGEST])


def _change(data: bytearray, seeds: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    match chance.randrange(7):
        case 0 if data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        case 1 if data:
            data[at % len(data)] = chance.randrange(256)
        case 2:
            del data[at : at + chance.randrange(1, 32)]
        case 3:
            data[at:at] = chance.choice(INTERESTING)
        case 4:
            data += chance.choice(seeds)
        case 5:
            data[at:at] = data[at : at + 64]
        case _:
            data[at:at] = chance.randbytes(chance.randrange(1, 16))


def mutate(
    target: Target, seeds: list[bytes], inputs: int, seed: int, limit_s: float = INPUT_LIMIT_S
) -> dict[str, Any]:
    """Feed the target; stops at the first failure. Gives inputs done, and kind, reason and input of a failure."""

    def hang(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, hang)
    done = 0
    try:
        for data in mutations(seeds, inputs, seed):
            signal.setitimer(signal.ITIMER_REAL, limit_s)
            try:
                target(data)
            except (Exception, Hang) as failure:  # noqa: BLE001 - whatever comes out is a finding
                return {"inputs": done + 1, **_failure(failure, data)}
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
            done += 1
    finally:
        signal.signal(signal.SIGALRM, before)
    return {"inputs": done}


def _failure(failure: BaseException, data: bytes) -> dict[str, Any]:
    where = traceback.extract_tb(failure.__traceback__)[-1]
    return {
        "failure": "hang" if isinstance(failure, Hang) else "crash",
        "reason": f"{type(failure).__name__} at {Path(where.filename).name}:{where.lineno}",
        "input": data.hex(),
    }


def guided(module_name: str, name: str, inputs: int, seed: int) -> dict[str, Any]:
    """The same by atheris, which looks at what code an input reaches. Never returns: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=["drivers"]):
        module = import_module(module_name)
    target: Target = module.TARGETS[name]
    count = 0
    last = b""

    def one(data: bytes) -> None:
        nonlocal count, last
        count, last = count + 1, data
        try:
            target(data)
        except Exception as failure:  # as above: a finding
            _tell({"inputs": count, **_failure(failure, data)})
            raise
        if count >= inputs:
            _tell({"inputs": count})
            count = -sys.maxsize  # told once

    with tempfile.TemporaryDirectory(prefix="kiosk-fuzz-") as corpus:
        for data in seeds_of(module):
            (Path(corpus) / hashlib.sha256(data).hexdigest()).write_bytes(data)
        options = [f"-runs={inputs}", f"-seed={seed % 2**31 or 1}", f"-timeout={INPUT_LIMIT_S}", f"-max_len={LONGEST}"]
        options += [f"-rss_limit_mb={MEMORY_MB}", "-print_final_stats=0", f"-artifact_prefix={corpus}/", corpus]
        atheris.Setup([sys.argv[0], *options], one)
        atheris.Fuzz()
    return {}


def _tell(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m drivers.rig.fuzz_target")
    parser.add_argument("module")
    parser.add_argument("name")
    parser.add_argument("--engine", choices=("atheris", "mutation"), default="mutation")
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit-s", type=float, default=INPUT_LIMIT_S)
    given = parser.parse_args(arguments)
    begun = monotonic()
    if given.engine == "atheris":
        guided(given.module, given.name, given.inputs, given.seed)
        return 0
    module = import_module(given.module)
    found = mutate(module.TARGETS[given.name], seeds_of(module), given.inputs, given.seed, given.limit_s)
    _tell({**found, "seconds": round(monotonic() - begun, 2)})
    return 1 if "failure" in found else 0


if __name__ == "__main__":
    sys.exit(main())
