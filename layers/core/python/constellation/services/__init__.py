"""What the product does in several steps across stores and imaging, the same for every surface and event."""
