"""The command line, ``constellation``."""
