"""What is read of a file without decoding a pixel."""
