"""Images: uploaded, seen, changed, commented on, deleted."""
