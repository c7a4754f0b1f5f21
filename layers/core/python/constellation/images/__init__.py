"""Images: uploaded, seen, changed, commented on and deleted; and how much users may keep."""
