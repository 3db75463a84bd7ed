"""The nouns of seatrial: frozen values that import nothing else of the package."""
