"""What kiosks are sent: complete, readable as TOML and JSON, nothing that is only the office's."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approval_backend.catalogue.load import load_catalogue
from approval_backend.catalogue.toml_text import toml_text
from wire.canonical import canonical_bytes
from wire.messages import CatalogueBundle

CATALOGUE = load_catalogue()
MOST_BYTES = 2_000_000  # a kiosk keeps three of them and reads one at every start


def test_every_service_with_a_form_is_sent_with_it() -> None:
    for code, offered in CATALOGUE.services.items():
        sent = f"services/{code}/service.toml" in CATALOGUE.files
        assert sent == (offered.service.form is not None)
        if sent:
            service = tomllib.loads(CATALOGUE.files[f"services/{code}/service.toml"])
            form = json.loads(CATALOGUE.files[f"services/{code}/{service['form']}"])
            assert service["guide"]
            assert "$ref" not in json.dumps(form["properties"])


def test_standards_and_examples_stay_at_the_office() -> None:
    assert not [name for name in CATALOGUE.files if "standards" in name or "example" in name]


def test_it_is_small_enough_to_be_sent_whole() -> None:
    bundle = CatalogueBundle(version=CATALOGUE.version, files=CATALOGUE.files)
    assert len(canonical_bytes(bundle)) < MOST_BYTES


plain = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), plain, max_size=6))
def test_what_is_written_as_toml_is_read_back(table: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(table)) == table


def test_what_is_none_is_left_out_and_what_toml_has_not_is_refused() -> None:
    assert toml_text({"a": None, "b": {"c": None, "d": 1}}) == "b = { d = 1 }\n"
    with pytest.raises(TypeError, match="bytes"):
        toml_text({"a": b""})
