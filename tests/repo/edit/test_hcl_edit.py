"""Edits of HCL, one feature each, and the judgement of `terraform fmt`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from seatrial.model.edit import AddBlock, DropAttribute, DropBlock, HclEdit, SetAttribute
from seatrial.repo.edit import EditError, apply_edits

BUCKET = """# the logs
resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs" # by name
  acl    = "private"

  tags = {
    Name = "logs"
  }

  versioning {
    enabled = true
  }
}
"""
WAY = ("resource aws_s3_bucket logs",)

CASES: dict[str, tuple[str, tuple[HclEdit, ...], str]] = {
    "a value": (
        BUCKET,
        (SetAttribute(WAY, "acl", '"log-delivery-write"'),),
        BUCKET.replace('"private"', '"log-delivery-write"'),
    ),
    "the comment of the line stays": (
        BUCKET,
        (SetAttribute(WAY, "bucket", "var.name"),),
        BUCKET.replace('"shop-logs"', "var.name"),
    ),
    "a new attribute below the others, its neighbours aligned": (
        'x "y" {\n  a  = 1 # one\n  bb = 22 # two\n}\n'.replace("1 # one", "1  # one"),
        (SetAttribute(('x "y"',), "force", "true"),),
        'x "y" {\n  a     = 1  # one\n  bb    = 22 # two\n  force = true\n}\n',
    ),
    "a map": (
        BUCKET,
        (SetAttribute(WAY, "tags", '{\n  Name = "logs"\n  CostCenter = "shop"\n}'),),
        BUCKET.replace('    Name = "logs"\n', '    Name       = "logs"\n    CostCenter = "shop"\n'),
    ),
    "others' values stay without replace": (
        BUCKET,
        (SetAttribute(WAY, "acl", '"x"', replace=False),),
        BUCKET,
    ),
    "a block at the end, a blank line between": (
        BUCKET,
        (AddBlock(WAY, "# keep it\nwebsite {\nindex = true\n}\n"),),
        BUCKET.removesuffix("}\n") + "\n  # keep it\n  website {\n    index = true\n  }\n}\n",
    ),
    "a block that is there stays": (BUCKET, (AddBlock(WAY, "versioning {\n}\n"),), BUCKET),
    "unless it is to be replaced": (
        BUCKET,
        (AddBlock(WAY, "versioning {\n  enabled = false\n}\n", replace=True),),
        BUCKET.replace("enabled = true", "enabled = false"),
    ),
    "a block of the file": (
        BUCKET,
        (AddBlock((), 'variable "name" {\n  type = string\n}'),),
        BUCKET + '\nvariable "name" {\n  type = string\n}\n',
    ),
    "an empty file": (
        "",
        (AddBlock((), 'terraform {\n  backend "s3" {}\n}'), SetAttribute(("terraform",), "x", "1")),
        'terraform {\n  x = 1\n\n  backend "s3" {}\n}\n',
    ),
    "a block on one row is opened": (
        'module "a" { source = "./a" }\nmodule "b" {} # none\n',
        (
            SetAttribute(("module a",), "version", '"1"'),
            SetAttribute(("module b",), "source", '"./b"'),
        ),
        'module "a" {\n  source  = "./a"\n  version = "1"\n}\nmodule "b" {\n  source = "./b"\n} # none\n',  # noqa: E501 - a file on one line
    ),
    "attributes and blocks go, with their comments": (
        BUCKET,
        (
            DropAttribute(WAY, "acl"),
            DropAttribute(WAY, "tags"),
            DropBlock((*WAY, "versioning")),
        ),
        '# the logs\nresource "aws_s3_bucket" "logs" {\n  bucket = "shop-logs" # by name\n}\n',
    ),
    "what is not there need not go": (
        BUCKET,
        (DropAttribute(WAY, "x"), DropAttribute(("x y",), "x"), DropBlock(("x",))),
        BUCKET,
    ),
    "heredocs": (
        'x "y" {\n  a   = 1\n  txt = <<-EOT\n    b = {\n  EOT\n}\n',
        (SetAttribute(("x y",), "long_name", "2"), SetAttribute(("x y",), "a", "<<EOT\n}\nEOT")),
        'x "y" {\n  a         = <<EOT\n}\nEOT\n  long_name = 2\n  txt       = <<-EOT\n    b = {\n  EOT\n}\n',  # noqa: E501 - a file on one line
    ),
    "labels without quotes, CRLF, no line end at the end": (
        'x y {\r\n  a = "ä"\r\n}',
        (SetAttribute(('x "y"',), "bb", "[\n1,\n]"),),
        'x y {\r\n  a = "ä"\r\n  bb = [\r\n    1,\r\n  ]\r\n}',
    ),
    "variables": ("a = 1\n", (SetAttribute((), "long", "2"),), "a    = 1\nlong = 2\n"),
    "lines that nobody aligned stay as they are": (
        "x {\n  a = 1\n  long = 2\n}\n",
        (SetAttribute(("x",), "middle", "3"),),
        "x {\n  a = 1\n  long = 2\n  middle = 3\n}\n",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_asked_for(name: str) -> None:
    before, edits, after = CASES[name]
    assert apply_edits("main.tf", before, edits) == after
    assert apply_edits("main.tf", after, edits) == after


REFUSED: dict[str, tuple[str, HclEdit, str]] = {
    "a block that is not there": ("a {\n}\n", SetAttribute(("b",), "x", "1"), "not there"),
    "a block that is there twice": ("a {\n}\na {\n}\n", SetAttribute(("a",), "x", "1"), "2 times"),
    "broken HCL": ("a {\n", SetAttribute((), "x", "1"), "not valid HCL"),
    "a broken value": ("a {\n}\n", SetAttribute(("a",), "x", "{"), "not valid HCL"),
    "two attributes in one": ("a {\n}\n", SetAttribute(("a",), "x", "1\ny = 2"), "something else"),
    "two blocks in one": ("", AddBlock((), "a {\n}\nb {\n}\n"), "exactly one block"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_where(name: str) -> None:
    text, edit, reason = REFUSED[name]
    with pytest.raises(EditError) as caught:
        apply_edits("main.tf", text, [edit])
    assert reason in str(caught.value)
    assert caught.value.place.startswith("main.tf")


def test_terraform_has_nothing_to_format(tmp_path: Path) -> None:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not installed")
    for number, name in enumerate(sorted(CASES)):
        if "nobody aligned" in name or "CRLF" in name:
            continue
        before, edits, _ = CASES[name]
        (tmp_path / f"{number}.tf").write_text(apply_edits("main.tf", before, edits))
    done = subprocess.run(
        [terraform, "fmt", "-check", "-diff", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
