"""Images: uploaded, seen, changed, commented on and deleted."""
