"""Names of environments in paths and words."""

from __future__ import annotations

import pytest

from seatrial.repo.environments import environment_of, tier


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("values-prod.yaml", "production"),
        ("overlays/production/deployment.yaml", "production"),
        ("prod.tfvars", "production"),
        ("env/staging", "staging"),
        ("pre-prod", "preprod"),
        ("values-non-prod.yaml", "nonprod"),
        ("eu-prod/main.tf", "production"),
        (".env.production", "production"),
        ("appsettings.Development.json", "dev"),
        ("overlays/production/staging-redirect.yaml", "production"),
        ("live/prod/vpc/terragrunt.hcl", "production"),
        ("overlays/test/kustomization.yaml", "test"),
        ("product/main.tf", None),
        ("development-guide.md", None),
        ("src/test/resources/application.yaml", None),
        ("templates/tests/test-connection.yaml", None),
        ("tenants/base/dev-team/rbac.yaml", None),
        ("", None),
    ],
)
def test_a_path_names_an_environment_only_as_a_whole_word(text: str, name: str | None) -> None:
    assert environment_of(text) == name


def test_tiers_fold_the_names_that_stand_before_production() -> None:
    assert [tier(n) for n in ("dev", "uat", "preprod", "production", "moon")] == [
        "dev",
        "staging",
        "staging",
        "production",
        "other",
    ]
