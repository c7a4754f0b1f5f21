"""The connection to AWS: the only room that knows botocore."""
