"""Readers and writers of pixels, by format."""
