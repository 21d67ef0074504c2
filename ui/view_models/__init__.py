"""What the screens show, as plain values: one pure function a group of screens, from a session to a dict."""
