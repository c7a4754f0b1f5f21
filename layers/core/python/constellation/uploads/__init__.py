"""Files that come by S3: posted with a signed form, or dropped."""
