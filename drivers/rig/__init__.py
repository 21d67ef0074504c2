"""The bench: starts simulators, the dock that pushes their buttons, scenarios."""
