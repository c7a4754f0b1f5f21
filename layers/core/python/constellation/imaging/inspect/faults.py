"""What is wrong with a picture, before it has a field to be said about."""


class Corrupt(Exception):
    """The bytes are not a whole picture of the type that they begin like."""
