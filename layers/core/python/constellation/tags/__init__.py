"""Tags of images, nested by ``/``: what they are, and the index by which images are found and counted."""
