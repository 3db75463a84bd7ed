"""Variable files, and the reading of any file with HCL in it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from seatrial.model.struct import struct
from seatrial.repo.files import File
from seatrial.repo.infrastructure import hcl
from seatrial.repo.infrastructure.hcl import Document, Expression

_SAMPLES: Final = ("example", "sample", "template", "tmpl", ".dist")
_ANONYMOUS: Final = frozenset({"terraform", "variables", "vars", "main", "common", "default", ""})


def document(file: File) -> Document:
    """Parse a file of native or JSON syntax; a trouble is noted in its repository."""
    if file.suffix == ".json":
        from seatrial.repo.infrastructure import hcljson

        made = hcljson.parse(file.text, file.place)
    else:
        made = hcl.parse(file.text, file.place)
    if made.trouble:
        file.root.note(file.path, made.trouble)
    return made


@struct(eq=False)
class TfVars:
    """A file of variable values.

    Attributes:
        is_auto: loaded without being named (`terraform.tfvars`, `*.auto.tfvars`).
    """

    file: File

    @cached_property
    def assignments(self) -> Mapping[str, Expression]:
        """Variable name -> value."""
        return document(self.file).attributes

    @property
    def is_auto(self) -> bool:
        """True when Terraform loads it without being told, if it lies in the module's folder."""
        name = self.file.name.removesuffix(".json")
        return name == "terraform.tfvars" or name.endswith(".auto.tfvars")

    @property
    def is_example(self) -> bool:
        """True for a sample that people copy (`terraform.tfvars.example`)."""
        return any(word in self.file.name.lower() for word in _SAMPLES)

    @property
    def label(self) -> str:
        """What its name tells of an environment: `production.tfvars`, `prod/terraform.tfvars`."""
        stem = self.file.name.partition(".tfvars")[0].removesuffix(".auto")
        if stem in _ANONYMOUS:
            folder = self.file.folder.rpartition("/")[2]
            return folder if folder not in _ANONYMOUS else ""
        return stem
