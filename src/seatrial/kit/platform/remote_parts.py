"""Parts of the system that lie in another repository: remote modules and GitOps sources by name."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.platform.live import live_manifests
from seatrial.kit.platform.live_terraform import live_modules
from seatrial.kit.site import Site
from seatrial.model.finding import Observation, Reach, unknown


def remote_parts(site: Site[object], what: str, *words: str) -> Iterator[Observation]:
    """Yield an unknown for each remote part whose name or path holds one of the words.

    Args:
        site: the site.
        what: the end of the sentence "cannot see whether it holds ..." (`a log store`).
        words: lower-case words of names (`logging`, `loki`).
    """
    for module in live_modules(site):
        for call in module.calls:
            named = f"{call.name} {call.source}".lower()
            is_remote = bool(call.source) and not call.is_local and call.module is None
            if is_remote and any(word in named for word in words):
                yield unknown(
                    f"module {call.name} lies elsewhere: cannot see whether it holds {what}",
                    reach=Reach.ELSEWHERE,
                    credential=f"a checkout of {_address(call.source)}",
                    place=call.place,
                )
    for manifest in live_manifests(site):
        if manifest.kind == "Application" and "argoproj" in manifest.api_version:
            source = manifest.node.at("spec", "source")
            path, url = source.at("path").text, source.at("repoURL").text
            named = f"{manifest.name} {path}".lower()
            here = any(
                p.startswith(f"{path.strip('./')}/") for r in site.repo.roots for p in r.files
            )
            if path and not here and any(word in named for word in words):
                yield unknown(
                    f"Application/{manifest.name} takes its objects from another repository:"
                    f" cannot see whether they hold {what}",
                    reach=Reach.ELSEWHERE,
                    credential=f"a checkout of {_address(url)}",
                    place=manifest.place("spec", "source"),
                    environments=manifest.environments,
                )


def _address(url: str) -> str:
    """An address without the login that it may hold."""
    scheme, found, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}" if found else url
