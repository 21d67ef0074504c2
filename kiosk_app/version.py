"""The version of this software, as the audit log and the office are told it; the same as in pyproject.toml."""

VERSION = "0.1.0"
