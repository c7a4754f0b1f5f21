"""What happens after a deletion, and after a function was killed."""
