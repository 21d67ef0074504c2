"""The office's database: what was taken in, decided, issued and reported."""
