"""What a district offers, as data: services, forms, review standards, read from text files."""
