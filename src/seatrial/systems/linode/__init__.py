"""Linode: clusters, databases, prices."""
