"""Readiness and capability gates."""
