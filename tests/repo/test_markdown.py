"""Documents: headings and code blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.docs import markdown
from seatrial.repo.docs.markdown import Document
from seatrial.repo.files import Root


def document(folder: Path, text: str, name: str = "README.md") -> Document:
    (folder / name).write_text(text)
    (found,) = markdown.read(Root(folder))
    return found


def test_blocks_know_their_language_line_and_headings(tmp_path: Path) -> None:
    made = document(
        tmp_path,
        "---\ntitle: x\n---\n# A [link](http://x)\n\nB\n---\n\n- item\n  ```bash title=x\n"
        "  kubectl get po\n  # no heading\n  ```\n## C\n````md\n```\n# no\n```\n````\n",
    )
    assert [(h.level, h.text, h.line) for h in made.headings] == [
        (1, "A link", 4),
        (2, "B", 6),
        (2, "C", 14),
    ]
    assert [(b.language, b.line, b.path) for b in made.blocks] == [
        ("bash", 11, ("A link", "B")),
        ("md", 16, ("A link", "C")),
    ]
    assert made.blocks[0].text == "kubectl get po\n# no heading"
    assert made.blocks[1].text == "```\n# no\n```"


def test_commands_of_a_session_leave_output_out(tmp_path: Path) -> None:
    made = document(tmp_path, "```console\n$ helm install \\\n    x y\nrelease installed\n```\n")
    assert [(c.argv, c.line) for c in made.blocks[0].commands] == [
        (("helm", "install", "x", "y"), 2)
    ]


def test_a_block_of_another_language_has_no_commands(tmp_path: Path) -> None:
    assert document(tmp_path, "```yaml\nrm: x\n```\n").blocks[0].commands == ()


def test_comments_and_code_are_no_prose(tmp_path: Path) -> None:
    made = document(tmp_path, "# T <!-- toc -->\n<!--\n# hidden\n-->\ntext\n```\ncode\n")
    assert [line for _, line in made.prose()] == ["# T <!-- toc -->", "text"]
    assert [h.line for h in made.headings] == [1]
    assert made.heading("t") == made.headings[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rst", "Title\n=====\n\n.. code-block:: bash\n   :caption: x\n\n   make test\n\nend\n"),
        ("a.adoc", "= Title\n\n[source,bash]\n----\n\n\nmake test\n----\n"),
    ],
)
def test_other_formats_have_headings_and_blocks(tmp_path: Path, name: str, text: str) -> None:
    made = document(tmp_path, text, name)
    assert [h.text for h in made.headings] == ["Title"]
    (block,) = made.blocks
    assert (block.language, block.path) == ("bash", ("Title",))
    assert [c.line for c in block.commands] == [7]


@pytest.mark.parametrize("text", ["", "```", "#", "<!--", "---", ">", "~~~\n```", "=\n="])
@pytest.mark.parametrize("name", ["a.md", "a.rst", "a.adoc"])
def test_broken_documents_do_not_raise(tmp_path: Path, text: str, name: str) -> None:
    assert isinstance(document(tmp_path, text, name).blocks, tuple)
