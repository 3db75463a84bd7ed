"""Prometheus and Alertmanager: what is scraped and who is told."""
