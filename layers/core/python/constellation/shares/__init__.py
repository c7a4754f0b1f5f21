"""Shares: what users show to people without an account, by an address that nobody can guess."""
