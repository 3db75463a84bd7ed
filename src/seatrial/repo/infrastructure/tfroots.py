"""Which module folders are run, and which are only called, published or shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from seatrial.repo.infrastructure.tfmodules import Module

_SHOWN: Final = frozenset(
    {"example", "examples", "test", "tests", "fixture", "fixtures", "testdata", "e2e", "testing"}
)
_REGISTRY_NAME: Final = ("terraform", "provider", "name")
_SHARED: Final = frozenset({"modules", "module"})


def is_root(module: Module) -> bool:
    """True when Terraform runs here: not called, and signs of runs, or no part of a library."""
    if module.is_run_by_terragrunt:
        return True
    if module.is_example or any(not c.caller.is_example for c in module.callers):
        return False
    if _is_run(module):
        return True
    shared = not _SHARED.isdisjoint(module.folder.split("/"))
    return not shared and not module.is_library and _does_something(module)


def _is_run(module: Module) -> bool:
    return bool(
        module.backend()
        or module.states
        or module.lock_file
        or any(not v.is_example for v in module.tfvars)
    )


def _does_something(module: Module) -> bool:
    # A folder with nothing but variables or version constraints is a snippet.
    return any(module.of(kind) for kind in ("resource", "module", "data", "provider"))


def is_library(module: Module) -> bool:
    """True for a published module: variables and outputs, no provider, signs of publication."""
    if _is_run(module) or module.providers() or module.is_run_by_terragrunt:
        return False
    if not (module.variables() and module.outputs()):
        return False
    prefix = f"{module.folder}/" if module.folder else ""
    files = module.root.files
    readme = any(f"{prefix}{name}" in files for name in ("README.md", "readme.md", "README"))
    # The registry demands the name `terraform-<provider>-<name>`.
    named = not module.folder and len(module.root.name.split("-", 2)) == len(_REGISTRY_NAME)
    named = named and module.root.name.startswith(_REGISTRY_NAME[0] + "-")
    shown = any(
        path.startswith(prefix) and path[len(prefix) :].partition("/")[0] in _SHOWN
        for path in module.known
    )
    return named or (readme and shown) or f"{prefix}.terraform-docs.yml" in files


def is_example(module: Module) -> bool:
    """True below `examples`, `tests` and the like of a folder that holds a module or modules."""
    parts = module.folder.split("/")
    for index, part in enumerate(parts):
        if part not in _SHOWN:
            continue
        above = "/".join(parts[:index])
        modules = f"{above}/modules/" if above else "modules/"
        if above in module.known or any(path.startswith(modules) for path in module.known):
            return True
    return False
