"""code scanner: drivers named for what they speak, and the same device seen from the other end of the wire."""
