"""What can be wrong with a file, before a field is known that a violation could name."""


class Corrupt(Exception):
    """The bytes are not a whole picture of the type that they begin like."""
