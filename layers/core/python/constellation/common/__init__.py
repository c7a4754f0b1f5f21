"""Vocabulary of all features: errors, identifiers, names, times, sizes, settings. Standard library only, no I/O."""
