"""The steps from one file to another, one small module each."""
