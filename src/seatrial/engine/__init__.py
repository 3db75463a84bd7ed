"""The verbs: they collect, call pure practices, and carry out."""
