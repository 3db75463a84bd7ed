"""Settings of environment-protection in `seatrial.yaml`."""

from collections.abc import Mapping

from seatrial.model.struct import field, struct


@struct
class Settings:
    """What this team asks of its environments."""

    required_in: tuple[str, ...] = field(
        default=("staging", "production", "other"),
        metadata={"help": "tiers whose releases must be bound to a GitHub environment"},
    )
    reviewers: int = field(
        default=2,
        metadata={"min": 1, "max": 6, "help": "listed reviewers of production (GitHub takes six)"},
    )
    wait_minutes: int = field(
        default=5,
        metadata={"min": 0, "max": 43200, "unit": "minutes", "help": "wait timer of production"},
    )
    approvers: tuple[str, ...] = field(
        default=(),
        metadata={"help": "who may approve a release: logins at GitHub, or teams as `owner/team`"},
    )
    approvals: int = field(
        default=2,
        metadata={"min": 1, "max": 10, "help": "approvals of a pull request into the main branch"},
    )
    required_checks: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        metadata={
            "help": "checks that must pass before a merge, by the name of the repository's folder"
        },
    )
    production_branches: tuple[str, ...] = field(
        default=(),
        metadata={"help": "branches that production takes; empty: the default branch"},
    )
    staging_branches: tuple[str, ...] = field(
        default=(),
        metadata={"help": "branches that staging takes; empty: `develop` where it deploys"},
    )
    deploy_keys_push: bool = field(
        default=False,
        metadata={"help": "let deploy keys push past the ruleset, for a pipeline that commits"},
    )
