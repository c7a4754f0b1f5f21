"""What is read of a file by its bytes alone, without decoding a pixel."""
