"""Argo CD: what is synchronised."""
