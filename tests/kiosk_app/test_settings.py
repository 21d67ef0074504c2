"""Settings: errors name file, key and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.settings import SettingsError, load

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
