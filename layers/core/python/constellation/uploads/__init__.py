"""Files that come by S3, posted with a signed form, fetched or dropped, and become images or binaries of firmware."""
