"""Raw manifests as documents: templates are told from broken files, schemas stay unparsed."""

from __future__ import annotations

from seatrial.repo import yaml
from seatrial.repo.files import File


def documents(file: File, text: str) -> yaml.Documents:
    """Documents of a file; none for a template of something that is no YAML by itself."""
    if "CustomResourceDefinition" in text:
        # Schemas are most of such a file's text and nobody asks for them: they stay unparsed.
        parsed = yaml.parse(_without_schemas(text))
        if parsed.trouble:
            file.root.note(file.path, parsed.trouble)
        return parsed
    if "{{" in text and _is_template(text):
        parsed = yaml.parse(text)
        return parsed if parsed.trouble is None else yaml.Documents(())
    return file.yaml


def _is_template(text: str) -> bool:
    # Alert rules keep `{{ $labels.x }}` inside strings; a template has actions as lines or values.
    for line in text.splitlines():
        stripped = line.lstrip("- ")
        if stripped.startswith("{{") or ": {{" in line:
            return True
    return False


def _without_schemas(text: str) -> str:
    kept: list[str] = []
    document: list[str] = []
    for line in [*text.split("\n"), "---"]:
        if line.startswith("---"):
            kept.extend(_blanked(document))
            document = []
        document.append(line)
    return "\n".join(kept)


def _blanked(document: list[str]) -> list[str]:
    if not any(line.startswith("kind: CustomResourceDefinition") for line in document):
        return document
    inside = False
    out: list[str] = []
    for line in document:
        if line[:1] not in {"", " ", "#", "\r", "-"}:
            inside = line.startswith(("spec:", "status:"))
        out.append("" if inside else line)
    return out
