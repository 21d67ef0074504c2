"""What happened on this kiosk: a closed list of events, hash-chained, no personal data in clear."""

from kiosk_app.audit.segments import set_aside

__all__ = ["set_aside"]
