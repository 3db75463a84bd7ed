"""Which databases there are and who runs them."""
