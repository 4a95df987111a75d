"""What failed, and how long what took."""
