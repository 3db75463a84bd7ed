"""Parts of Dockerfiles as values: base images, names of variables, copies."""

from __future__ import annotations

from seatrial.model.struct import struct


@struct
class Base:
    """The image or stage that a stage starts from.

    Attributes:
        written: as in the file.
        name: repository of the image, defaults of build arguments filled in; may still hold `$X`.
        tag: empty without one.
        digest: `sha256:...`, empty without one.
        stage: index of the stage of this file that is meant; None for an image.
    """

    written: str
    name: str
    tag: str
    digest: str
    stage: int | None = None

    @property
    def is_pinned(self) -> bool:
        """True for a digest, a stage of the same file or `scratch`."""
        return bool(self.digest) or self.stage is not None or self.name == "scratch"

    @property
    def is_computed(self) -> bool:
        """True when a build argument without a default decides."""
        return "$" in self.name or "$" in self.tag


@struct
class Variable:
    """A name that ENV or ARG sets; the value is left out, it may be a secret.

    Attributes:
        instruction: `ENV` or `ARG`.
        has_value: True when the file gives a value that is not empty.
    """

    name: str
    instruction: str
    line: int
    has_value: bool


@struct
class Copy:
    """A COPY or ADD.

    Attributes:
        origin: stage or image it copies from; empty for the build context.
    """

    sources: tuple[str, ...]
    target: str
    origin: str
    line: int
    is_add: bool
