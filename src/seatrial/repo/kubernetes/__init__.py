"""Kubernetes objects wherever they stand: manifests, charts as Helm renders them, overlays."""
