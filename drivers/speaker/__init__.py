"""Loudspeaker, and whether it can be heard."""
