"""Loki: which logs arrive."""
