"""The demo and its scripted resident: real processes, real taps."""
