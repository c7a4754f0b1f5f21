"""The files of firmware: the only room that knows their formats."""
