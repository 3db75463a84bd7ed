"""Documents: headings, code blocks, prose."""
