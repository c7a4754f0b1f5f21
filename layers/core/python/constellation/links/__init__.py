"""Public links: an image in any size and format, and its views."""
