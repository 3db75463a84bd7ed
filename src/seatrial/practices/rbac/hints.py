"""Where the deployment lies when nothing here shows a cluster or a cloud identity."""

from __future__ import annotations

from typing import Final

from seatrial.kit.delivery.pipelines import hinted_systems
from seatrial.kit.serving import runs_for_somebody
from seatrial.kit.site import Site, once

_DEPLOYS: Final = (
    "kubectl ",
    "helm upgrade",
    "helm install",
    "helmfile ",
    "terraform apply",
    "tofu apply",
    "pulumi up",
    "cdk deploy",
    "aws ecs ",
    "aws deploy ",
    "aws lambda ",
    "gcloud run ",
    "gcloud app ",
    "cf push",
    "az webapp",
    "az containerapp",
    "serverless deploy",
)


@once
def deployed_elsewhere(site: Site[object]) -> bool:
    """True when something here runs for somebody, and another system is told to deploy it."""
    if not runs_for_somebody(site):
        return False
    return bool(hinted_systems(site)) or any(
        any(word in file.text for word in _DEPLOYS)
        for system in site.repo.ci_systems
        if (file := site.repo.file(system.place.path))
    )
