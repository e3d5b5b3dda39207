"""What several machines that serve one house must agree on, and which of them there are."""
