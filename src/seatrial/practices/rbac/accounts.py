"""Under which ServiceAccount each workload runs, and whether it mounts its token."""

from __future__ import annotations

from seatrial.kit.platform.live import live_manifests, live_workloads
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.practices.rbac.grants import grants
from seatrial.repo.kubernetes.manifests import Manifest

_CLOUD = (
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
    "azure.workload.identity/",
)


@struct(eq=False)
class Identity:
    """A workload and its ServiceAccount.

    Attributes:
        account: name of the ServiceAccount; `default` when it names none.
        mounts: False when the pod or the account says so; None when the account lies elsewhere.
    """

    manifest: Manifest
    account: str
    mounts: bool | None

    @property
    def name(self) -> str:
        """Kind and name."""
        return f"{self.manifest.kind}/{self.manifest.name}"

    @property
    def place(self) -> Place:
        """Where its account is named, or the pod's spec."""
        return self.manifest.place(*self.manifest.pod_path, "serviceAccountName")


@once
def identities(site: Site[object]) -> tuple[Identity, ...]:
    """All long-running workloads with their accounts."""
    accounts = {m.name: m for m in live_manifests(site) if m.kind == "ServiceAccount"}
    return tuple(_identity(w.manifest, accounts) for w in live_workloads(site))


def _identity(manifest: Manifest, accounts: dict[str, Manifest]) -> Identity:
    pod = manifest.pod_spec
    account = pod.at("serviceAccountName").text or pod.at("serviceAccount").text or "default"
    declared = accounts.get(account)
    written = pod.at("automountServiceAccountToken").text
    if not written and declared is not None:
        written = declared.node.at("automountServiceAccountToken").text
    mounts: bool | None = written != "false"
    if not written and declared is None and account != "default":
        mounts = None
    return Identity(manifest, account, mounts)


def needs_token(site: Site[object], account: str) -> bool:
    """True when something is granted to the account."""
    return any(
        s.kind == "ServiceAccount" and s.name == account
        for grant in grants(site)
        for s in grant.binding.subjects
    )


def cloud_accounts(site: Site[object]) -> tuple[Manifest, ...]:
    """ServiceAccounts that stand for a cloud identity without a key."""
    return tuple(
        m
        for m in live_manifests(site)
        if m.kind == "ServiceAccount" and any(a.startswith(_CLOUD) for a in m.annotations)
    )
