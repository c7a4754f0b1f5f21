"""Readers and writers of the single formats."""
