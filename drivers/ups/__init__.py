"""Uninterruptible power supply."""
