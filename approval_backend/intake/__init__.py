"""Taking in what kiosks send: materials first, then the envelope that names them; everything once."""
