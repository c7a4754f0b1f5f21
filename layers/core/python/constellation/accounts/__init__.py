"""Users, their credentials and sessions."""
