"""The events that the log's own machinery reads back, by the ids of events.toml."""

from __future__ import annotations

from kiosk_app.audit import events

LOG_BEGIN = events.LogBegin.ID
CHECKPOINT = events.Checkpoint.ID
COUNTERSIGNED = events.CheckpointCountersigned.ID
