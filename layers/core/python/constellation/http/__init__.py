"""Between API Gateway's events and plain functions: declaration, binding, error bodies."""
