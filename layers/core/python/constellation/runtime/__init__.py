"""What makes a plain function a Lambda function: declarations, binding, error bodies. Knows no feature."""
