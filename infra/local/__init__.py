"""The stack on one machine: an engine in place of AWS, the very template deployed to it, an edge in front."""
