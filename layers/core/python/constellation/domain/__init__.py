"""What the product means, in plain Python: standard library only, no I/O."""
