"""Routes and their parameters: from arguments to a request."""
