"""The only room that knows Pillow: reading, cleaning and transforming pictures."""
