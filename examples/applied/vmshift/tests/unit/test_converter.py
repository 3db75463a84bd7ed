import pytest

from app.converter import MAGIC, ConversionError, ImageFormat, checksum, convert, read_image


@pytest.mark.parametrize("source", ImageFormat)
@pytest.mark.parametrize("target", ImageFormat)
def test_payload_survives(source, target):
    seen = []
    converted = convert(read_image("vm", 3, source), source, target, on_block=seen.append)
    assert seen == [1, 2, 3]
    assert all(block.startswith(MAGIC[target]) for block in converted)
    assert checksum(converted, target) == checksum(read_image("vm", 3, source), source)


def test_disks_differ():
    raw = ImageFormat.RAW
    sums = {checksum(read_image(name, size, raw), raw) for name in "ab" for size in (1, 2)}
    assert len(sums) == 4


def test_wrong_source_format():
    blocks = read_image("vm", 1, ImageFormat.QCOW2)
    with pytest.raises(ConversionError, match="not a vmdk block"):
        convert(blocks, ImageFormat.VMDK, ImageFormat.RAW)
