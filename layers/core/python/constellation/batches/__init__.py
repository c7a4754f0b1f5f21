"""Batches: one action on many images at once."""
