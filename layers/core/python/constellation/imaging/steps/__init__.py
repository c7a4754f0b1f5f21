"""The steps from bytes to pixels and back, one small file each."""
