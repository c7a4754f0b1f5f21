"""Firmware images and their binaries."""
