"""E-licences: numbers, the register, signed document orders, public verification."""
