"""Door and tamper contacts of the cabinet."""
