"""Charts render in every environment, and what they render to fits Kubernetes' schemas."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.engine.judges.trial import Opinion, Result, Trial, not_there
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository

VERSION = "1.33"
"""Kubernetes version whose schemas are used where nothing names another."""


def helm(trial: Trial) -> Iterator[Opinion]:
    """Whatever keeps a chart or a manifest from being rendered or parsed."""
    roots = [Root(folder, name, git=False) for name, folder in trial.folders.items()]
    repository = Repository(roots)
    repository.begin()
    _ = list(repository.manifests)
    for kind, trouble in repository.lost():
        if kind == "kubernetes":
            place = trouble.place
            where = f"{place.repository}/{place.path}:{place.line}"
            yield Opinion("helm", Result.FOUND, trouble.message, where)


def schemas(trial: Trial) -> Iterator[Opinion]:
    """Rendered objects of Kubernetes' own kinds that its schema refuses, in strict mode."""
    name = "kubernetes-validate"
    try:
        import kubernetes_validate
    except ImportError:
        yield not_there(name, "pip install kubernetes-validate")
        return
    roots = [Root(folder, root, git=False) for root, folder in trial.folders.items()]
    for manifest in Repository(roots).manifests:
        data = manifest.node.plain()
        if not isinstance(data, dict) or not data.get("kind"):
            continue
        try:
            kubernetes_validate.validate(data, VERSION, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            continue
        except kubernetes_validate.ValidationError as error:
            place = manifest.place()
            where = f"{place.repository}/{place.path}:{place.line}"
            field = ".".join(str(part) for part in error.path)
            message = f"{manifest.kind}/{manifest.name}: {field}: {error.message}"
            yield Opinion(name, Result.FOUND, message[:300], where)
