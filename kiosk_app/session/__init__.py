"""The resident's session: states, events, time limits, the ending that always wins."""
