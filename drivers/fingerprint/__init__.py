"""Fingerprint readers."""
