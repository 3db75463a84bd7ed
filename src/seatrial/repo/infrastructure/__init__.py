"""Terraform and OpenTofu: blocks, values as far as they are constant, modules, states."""
