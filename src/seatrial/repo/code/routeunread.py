"""Services of a repository whose routes are not understood, so that `no` would be a guess."""

from __future__ import annotations

from typing import Final

from seatrial.repo.code import dependencies
from seatrial.repo.code.dockerfiles import is_dockerfile
from seatrial.repo.code.route import Route
from seatrial.repo.code.testfiles import TEST_FOLDERS
from seatrial.repo.files import File, Root

_FRAMEWORKS: Final = frozenset(
    "next nuxt @remix-run/node @remix-run/serve @sveltejs/kit astro @hapi/hapi @trpc/server"
    " @adonisjs/core @apollo/server apollo-server sails @loopback/core @strapi/strapi play"
    " @redwoodjs/core vertx-web github.com/valyala/fasthttp github.com/beego/beego/v2"
    " connectrpc.com/connect rocket warp poem symfony/framework-bundle tornado strawberry-graphql"
    " hanami roda".split()
)
_CODE: Final = frozenset(
    ".py .js .ts .go .java .kt .rb .cs .rs .php .ex .scala .cpp .cc .c .clj .swift".split()
)


def folders(root: Root, routes: tuple[Route, ...]) -> tuple[str, ...]:
    """Folders with a framework that is not read, or an image of code without any route."""
    found = {
        d.place.path.rpartition("/")[0]
        for d in dependencies.read(root)
        if d.name.lower() in _FRAMEWORKS and not d.dev
    }
    found |= {f.folder for f in root.files.values() if f.name == "mix.exs"}
    served = [route.place.path for route in routes]
    code = [f.path for f in root.files.values() if f.suffix in _CODE and f.name != "locustfile.py"]
    for file in root.files.values():
        if is_dockerfile(file.name) and file.folder and not _is_test(file):
            start = file.folder + "/"
            holds = any(path.startswith(start) for path in code)
            if holds and not any(path.startswith(start) for path in served):
                found.add(file.folder)
    return tuple(sorted(found))


def _is_test(file: File) -> bool:
    return not TEST_FOLDERS.isdisjoint(file.path.lower().split("/")[:-1])
