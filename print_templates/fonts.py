"""The two type families that documents are set in, found once and shared by every compiler."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import typst

from print_templates.errors import FontsMissing

# (family, weight) as the templates use them; all are in Debian's fonts-noto-cjk.
REQUIRED = frozenset({("Noto Serif CJK SC", 400), ("Noto Serif CJK SC", 700)})
# fonts-noto-cjk on Debian and Ubuntu, google-noto-cjk on Fedora, noto-fonts-cjk on Arch and openEuler.
FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts/google-noto-cjk"),
    Path("/usr/share/fonts/noto-cjk"),
)
REMEDY = "install the Debian package fonts-noto-cjk (apt-get install fonts-noto-cjk)"


@cache
def licence_fonts(folders: tuple[Path, ...] = FOLDERS) -> typst.Fonts:
    """The fonts of ``folders`` that exist; reading them takes about 0.2 s, so the answer is kept.

    Raises FontsMissing, with the remedy, when a required family and weight is not there.
    """
    found = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[folder for folder in folders if folder.is_dir()],
    )
    missing = REQUIRED - {(font.family, font.weight) for font in found.fonts()}
    if missing:
        raise FontsMissing(f"fonts missing: {_listed(missing)}; remedy: {REMEDY}")
    return found


def _listed(fonts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{family} {weight}" for family, weight in sorted(fonts))
