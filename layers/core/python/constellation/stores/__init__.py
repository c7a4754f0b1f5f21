"""The only rooms that talk to AWS: one module a table, one for objects, one for keys."""
