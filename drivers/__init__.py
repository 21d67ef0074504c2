"""Hardware abstraction: knows nothing of residents, services or screens."""
