"""One folder per practice; found by lying here. None imports another."""
