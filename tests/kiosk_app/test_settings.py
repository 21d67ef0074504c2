"""Settings: errors name file, key and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.app import _photos
from kiosk_app.settings import CardPhoto, SettingsError, load

GOOD = """
kiosk_id = "kiosk-1"
data = "data"
runtime = "run"
[office]
url = "http://127.0.0.1:1"
public_key = "office.pem"
[devices.id_card]
driver = "sam_serial"
port = "/dev/null"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    settings = load(write(tmp_path, GOOD))
    assert settings.data == tmp_path / "data"
    assert settings.office.public_key == tmp_path / "office.pem"


def test_the_photo_library_is_named_by_its_path(tmp_path: Path) -> None:
    assert load(write(tmp_path, GOOD)).card_photo == CardPhoto()
    chosen = GOOD + '[card_photo]\ndecoder = "vendor_wlt"\nlibrary = "lib/wlt.so"\n'
    assert load(write(tmp_path, chosen)).card_photo == CardPhoto(
        decoder="vendor_wlt", library=tmp_path / "lib" / "wlt.so"
    )


def test_a_photo_decoder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    settings = load(write(tmp_path, GOOD + '[card_photo]\ndecoder = "jpeg"\n'))
    with pytest.raises(ValueError, match=r"card_photo\.decoder: .*jpeg.*vendor_wlt"):
        _photos(settings)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD.replace('kiosk_id = "kiosk-1"', 'kiosk_id = "Kiosk 1"'), "kiosk_id"),
        (GOOD.replace('url = "http://127.0.0.1:1"', ""), "office.url"),
        ("unknown_key = 1\n" + GOOD, "unknown_key"),
        ("not toml", "not TOML"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        load(write(tmp_path, text))
    assert "kiosk.toml" in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nothing.toml: cannot be read"):
        load(tmp_path / "nothing.toml")
