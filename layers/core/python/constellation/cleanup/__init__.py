"""What happens after a deletion, or after a function was killed."""
