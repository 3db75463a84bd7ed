"""What the plans of several practices need: where files go, templates, pins and versions."""
