"""Edits of files that people own: everything outside of what changes stays byte for byte."""

from seatrial.repo.edit.apply import Editing, apply_edits
from seatrial.repo.edit.error import EditError
from seatrial.repo.edit.merge import merge3

__all__ = ["EditError", "Editing", "apply_edits", "merge3"]
