"""Kubernetes: what runs, who may do what."""
