"""What git knows beyond the files: history by path, the remote."""
