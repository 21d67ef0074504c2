"""Looks for somebody's words in every byte of a folder, as whoever carries the disk away would, with or without key."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE_BYTES = 4096  # SQLCipher 4: each page ends with an IV of 16 bytes and an HMAC of 64
RESERVED_BYTES = 80
IV_BYTES = 16
SALT_BYTES = 16  # the first page of a file begins with it, in clear
WAL_HEADER_BYTES = 32
WAL_FRAME_HEADER_BYTES = 24


def forms(canary: str | bytes) -> dict[str, bytes]:
    """The ways in which software writes a word down: encoding -> bytes to look for."""
    if isinstance(canary, bytes):
        plain = {"bytes": canary}
    else:
        plain = {name: canary.encode(name) for name in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
        plain["json"] = json.dumps(canary)[1:-1].encode()
    found = dict(plain)
    for name, data in plain.items():
        found[f"{name} hex"] = data.hex().encode()
        found[f"{name} HEX"] = data.hex().upper().encode()
        for shift in range(3):  # base64 of a word depends on where in the text it stands; its ends depend on neighbours
            encoded = base64.b64encode(bytes(shift) + data)
            found[f"{name} base64+{shift}"] = encoded[4 if shift else 0 : len(encoded) - 4]
            found[f"{name} base64url+{shift}"] = found[f"{name} base64+{shift}"].translate(
                bytes.maketrans(b"+/", b"-_")
            )
    assert all(len(needle) >= 8 for needle in found.values()), "a needle this short is found by chance"
    return found


def traces(contents: Iterable[tuple[str, bytes]], canaries: Iterable[str | bytes]) -> list[str]:
    """ "where: form" for each canary that stands in one of the named contents."""
    needles = [(name, needle) for canary in canaries for name, needle in forms(canary).items()]
    return [f"{where}: {name}" for where, data in contents for name, needle in needles if needle in data]


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file below the folders; names are searched too."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder.parent))
            yield f"the name of {name}", name.encode()
            if path.is_file():
                yield name, path.read_bytes()


def pages(database: Path, key: bytes) -> Iterator[tuple[str, bytes]]:
    """Every page of an encrypted file and every frame of its WAL, also the freed and the outdated ones, in clear."""
    whole = database.read_bytes()
    for start in range(0, len(whole), PAGE_BYTES):
        yield (
            f"{database.name} page {start // PAGE_BYTES + 1}",
            _decrypted(whole[start : start + PAGE_BYTES], start, key),
        )
    wal = database.with_name(database.name + "-wal")
    if wal.exists():
        log = wal.read_bytes()
        for start in range(WAL_HEADER_BYTES, len(log), WAL_FRAME_HEADER_BYTES + PAGE_BYTES):
            number = int.from_bytes(log[start : start + 4], "big")
            frame = log[start + WAL_FRAME_HEADER_BYTES : start + WAL_FRAME_HEADER_BYTES + PAGE_BYTES]
            yield f"{wal.name} frame of page {number}", _decrypted(frame, number - 1, key)


def _decrypted(page: bytes, is_not_first: int, key: bytes) -> bytes:
    begin = 0 if is_not_first else SALT_BYTES
    end = PAGE_BYTES - RESERVED_BYTES
    cipher = Cipher(algorithms.AES(key), modes.CBC(page[end : end + IV_BYTES])).decryptor()
    return cipher.update(page[begin:end]) + cipher.finalize()
