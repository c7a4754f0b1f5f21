"""The only rooms that talk to AWS: a module for each kind of thing that is kept there, and its grants."""
