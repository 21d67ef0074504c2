"""A closed list of events, hash-chained, no personal data in clear."""
