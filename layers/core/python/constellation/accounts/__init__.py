"""Users, their credentials and sessions, and how much they may keep."""
