"""Enrolment and keys of a device."""
