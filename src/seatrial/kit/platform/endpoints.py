"""Does the application answer at an address? Only what its routes decide is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from seatrial.kit.platform.live import live_manifests
from seatrial.kit.site import Site, once
from seatrial.repo.code import routes
from seatrial.repo.code.route import Serves

if TYPE_CHECKING:
    from seatrial.repo.code.routes import Routes

# Paths that frameworks, middleware and static folders answer without a route of the team's own.
_BUILT_IN: Final = (
    "/docs",
    "/redoc",
    "/openapi",
    "/swagger",
    "/metrics",
    "/actuator",
    "/q/health",
    "/admin",
    "/static",
    "/assets",
    "/public",
    "/robots.txt",
    "/favicon",
    "/index.html",
    "/_next",
    "/graphql",
)


@once
def all_routes(site: Site[object]) -> tuple[Routes, ...]:
    """Routes of the repositories that have any, or that leave some undecided."""
    return tuple(found for root in site.repo.roots if (found := routes.read(root)).routes)


@once
def names(site: Site[object]) -> frozenset[str]:
    """Words by which the application is called: repositories, charts, folders of images."""
    found = {root.name for root in site.repo.roots} | {c.name for c in site.repo.charts}
    for dockerfile in site.repo.dockerfiles:
        found.add(dockerfile.file.folder.rpartition("/")[2])
        found.add(dockerfile.file.name.lower().replace("dockerfile", "").strip(".-_"))
    return frozenset(n.lower() for n in found if len(n) > 2)  # noqa: PLR2004 - shorter ones fit all


def is_own(site: Site[object], text: str) -> bool:
    """True for an image or host that carries a name of the application."""
    last = text.rpartition("@")[0] or text
    words = last.lower().replace(":", "/").replace(".", "/").replace("$", "/").split("/")
    return any(
        w == n or w.startswith(n + "-") or w.endswith("-" + n) for n in names(site) for w in words
    )


def answers(site: Site[object], path: str) -> Serves:
    """Whether any application of the repositories answers at a path.

    `NO` only when every repository with routes decides so, and nothing in front changes paths.
    """
    found = all_routes(site)
    if not found or "$" in path or "{" in path or path.startswith(_BUILT_IN) or _rewrites(site):
        return Serves.UNKNOWN
    seen = {one.serves(path) for one in found}
    if Serves.YES in seen:
        return Serves.YES
    return Serves.UNKNOWN if Serves.UNKNOWN in seen else Serves.NO


@once
def _rewrites(site: Site[object]) -> bool:
    """True when an ingress, route or gateway changes paths on the way."""
    for manifest in live_manifests(site):
        if any("rewrite" in key or "stripprefix" in key for key in manifest.annotations):
            return True
        if manifest.kind in {"HTTPRoute", "VirtualService", "Middleware", "IngressRoute"}:
            walked = manifest.node.at("spec").walk()
            if any(p[-1:] in {("rewrite",), ("stripPrefix",), ("urlRewrite",)} for p, _ in walked):
                return True
    return False
