"""Measurements, each beside the bare operation that it wraps, in one run: ./kiosk bench."""
