"""The watchdog that restarts a machine that hangs."""
