"""The office over HTTP: for kiosks (signed) and for anybody with a licence in hand (the verification page)."""
