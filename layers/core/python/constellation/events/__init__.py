"""What runs without a request: consumers of queues, and tasks started by hand."""
