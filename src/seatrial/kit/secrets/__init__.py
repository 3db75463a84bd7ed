"""Where values that look like secrets are written out; names and places, never values."""
