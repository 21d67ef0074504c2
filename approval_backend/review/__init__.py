"""The machine reads the material and applies the written review standards; what it cannot tell goes to a person."""
