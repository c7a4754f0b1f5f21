"""Make plain functions Lambda functions: declarations, binding, error bodies. Knows no feature."""
