"""Collections: images that a user has put together, in an order."""
