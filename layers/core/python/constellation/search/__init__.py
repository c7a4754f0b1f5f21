"""Lists of images in every order, and the search index."""
