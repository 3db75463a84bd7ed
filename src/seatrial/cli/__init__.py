"""Flags in, engine call, report out, exit code: the only place that prints."""
