"""Services, forms and search, as read from the backend and kept for offline."""
