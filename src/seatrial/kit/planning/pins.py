"""Commits that `apply` pins GitHub Actions to, each with the version that the commit carries.

Seen on 2026-11-24 in the workflows of public projects that pin by commit (SchemaStore, kyverno,
podinfo, zizmor and others).
"""

from __future__ import annotations

from typing import Final

from seatrial.model.struct import struct


@struct
class Pin:
    """A commit of an action and the version it is."""

    action: str
    commit: str
    version: str

    @property
    def reference(self) -> str:
        """What stands after `uses:`, without the comment."""
        return f"{self.action}@{self.commit}"

    @property
    def line(self) -> str:
        """What stands after `uses:`, with the version as a comment."""
        return f"{self.reference} # {self.version}"


_SEEN: Final = """
actions/attest v4.2.2 1e69f48acb82d1966a394da916b4c1698aa569d6
actions/cache v6.1.0 55cc8345863c7cc4c66a329aec7e433d2d1c52a9
actions/checkout v7.0.1 3d3c42e5aac5ba805825da76410c181273ba90b1
actions/create-github-app-token v3.2.0 bcd2ba49218906704ab6c1aa796996da409d3eb1
actions/download-artifact v8.0.1 3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c
actions/github-script v9.0.0 3a2844b7e9c422d3c10d287c895573f7108da1b3
actions/labeler v7.0.0 bf12e9b00b37c5c0ca2b87b79b2daf7891dbda13
actions/setup-go v7.0.0 b7ad1dad31e06c5925ef5d2fc7ad053ef454303e
actions/setup-node v7.0.0 820762786026740c76f36085b0efc47a31fe5020
actions/setup-python v7.0.0 5fda3b95a4ea91299a34e894583c3862153e4b97
actions/stale v10.4.0 1e223db275d687790206a7acac4d1a11bd6fe629
actions/upload-artifact v7.0.1 043fb46d1a93c77aae656e7c1c64a875d1fc6a0a
anchore/sbom-action v0.24.0 e22c389904149dbc22b58101806040fa8d37a610
aquasecurity/trivy-action v0.36.0 ed142fd0673e97e23eac54620cfb913e5ce36c25
astral-sh/setup-uv v9.0.0 c771a70e6277c0a99b617c7a806ffedaca235ff9
azure/setup-helm v5.0.1 9bc31f4ebc9c6b171d7bfbaa5d006ae7abdb4310
azure/setup-kubectl v5.1.0 829323503d1be3d00ca8346e5391ca0b07a9ab0d
dependabot/fetch-metadata v3.1.0 25dd0e34f4fe68f24cc83900b1fe3fe149efef98
docker/build-push-action v7.3.0 53b7df96c91f9c12dcc8a07bcb9ccacbed38856a
docker/login-action v4.6.0 dbcb813823bdd20940b903addbd779551569679f
docker/metadata-action v6.2.0 dc802804100637a589fabce1cb79ff13a1411302
docker/setup-buildx-action v4.2.0 bb05f3f5519dd87d3ba754cc423b652a5edd6d2c
docker/setup-qemu-action v4.2.0 96fe6ef7f33517b61c61be40b68a1882f3264fb8
dorny/paths-filter v4.0.2 7b450fff21473bca461d4b92ce414b9d0420d706
github/codeql-action v4.37.7 ff2f1c621b7f889edc0d3c761ac2e6a3f8cdb0dd
gitleaks/gitleaks-action v3.0.0 e0c47f4f8be36e29cdc102c57e68cb5cbf0e8d1e
goreleaser/goreleaser-action v7.2.3 f06c13b6b1a9625abc9e6e439d9c05a8f2190e94
grafana/setup-k6-action v1.1.0 ffe7d7290dfa715e48c2ccc924d068444c94bde2
hashicorp/setup-terraform v4.0.0 5e8dbf3c6d9deaf4193ca7a8fb23f2ac83bb6c85
helm/chart-testing-action v2.8.0 6ec842c01de15ebb84c8627d2744a0c2f2755c9f
helm/kind-action v1.14.0 ef37e7f390d99f746eb8b610417061a60e82a6cc
ossf/scorecard-action v2.4.4 2d1146689b8cda280b9bc96326124645441f03bc
peter-evans/create-pull-request v8.1.1 5f6978faf089d4d20b00c7766989d076bb2fc7f1
sigstore/cosign-installer v4.1.2 6f9f17788090df1f26f669e9d70d6ae9567deba6
slackapi/slack-github-action v3.0.3 45a88b9581bfab2566dc881e2cd66d334e621e2c
zizmorcore/zizmor-action v0.6.2 3dc1ecc9bcb9e94e9b2c709687979e1298497054
"""


def _read() -> dict[str, Pin]:
    rows = (line.split() for line in _SEEN.strip().splitlines())
    return {action: Pin(action, commit, version) for action, version, commit in rows}


PINS: Final = _read()
"""Pins by `owner/repository`."""


def pin(action: str) -> Pin | None:
    """The pin for `owner/repository` or `owner/repository/folder`, or None."""
    owner, _, rest = action.partition("/")
    repository = f"{owner}/{rest.partition('/')[0]}".lower()
    known = PINS.get(repository)
    return Pin(action, known.commit, known.version) if known else None


def uses(action: str) -> str:
    """What stands after `uses:` for an action that is known here: commit, then version as comment.

    Raises:
        KeyError: the action is not in the table; a template asks for something nobody pinned.
    """
    known = pin(action)
    if known is None:
        raise KeyError(action)
    return known.line
