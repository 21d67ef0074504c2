"""The print desk: a document order -> paper, with a known outcome."""
