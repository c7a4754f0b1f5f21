"""The contenders of ``tests.bench.transforms``: ours, and the libraries that users compare it with."""
