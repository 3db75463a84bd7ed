"""Converts disk images between hypervisor formats.

The images are simulated: a disk is a row of blocks, one per GiB, that follow
from the VM's name, and a format is the magic number in front of each block.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum


class ImageFormat(StrEnum):
    RAW = "raw"
    VMDK = "vmdk"
    QCOW2 = "qcow2"
    VHDX = "vhdx"


MAGIC = {
    ImageFormat.RAW: b"",
    ImageFormat.VMDK: b"KDMV",
    ImageFormat.QCOW2: b"QFI\xfb",
    ImageFormat.VHDX: b"vhdxfile",
}


class ConversionError(Exception):
    pass


def read_image(vm_name: str, disk_gib: int, image_format: ImageFormat) -> Iterator[bytes]:
    for number in range(disk_gib):
        payload = hashlib.sha256(f"{vm_name}:{number}".encode()).digest()
        yield MAGIC[image_format] + payload * 32


def payload_of(block: bytes, image_format: ImageFormat) -> bytes:
    magic = MAGIC[image_format]
    if not block.startswith(magic):
        raise ConversionError(f"not a {image_format} block")
    return block[len(magic) :]


def checksum(blocks: Iterable[bytes], image_format: ImageFormat) -> str:
    """Checksum of what the guest sees, the same in every format."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(payload_of(block, image_format))
    return digest.hexdigest()


def convert(
    blocks: Iterable[bytes],
    source: ImageFormat,
    target: ImageFormat,
    seconds_per_block: float = 0.0,
    on_block: Callable[[int], None] = lambda done: None,
) -> list[bytes]:
    converted = []
    for done, block in enumerate(blocks, start=1):
        time.sleep(seconds_per_block)
        converted.append(MAGIC[target] + payload_of(block, source))
        on_block(done)
    return converted
