"""The interface's words in other languages than the Chinese they are written in."""
