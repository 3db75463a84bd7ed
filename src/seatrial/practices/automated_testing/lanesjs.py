"""How the tests of a JavaScript project are installed and run."""

from __future__ import annotations

import json
from typing import Final

from seatrial.practices.automated_testing.recipe import Recipe, put
from seatrial.repo.files import Root

C8: Final = "10.1.3"
"""Version of c8, which turns what Node itself measures into a report."""
_NONE: Final = "no test specified"
_LOCKS: Final = (
    # lock file, cache of setup-node, installation, runner of scripts
    ("package-lock.json", "npm", "npm ci", "npm"),
    ("npm-shrinkwrap.json", "npm", "npm ci", "npm"),
    ("pnpm-lock.yaml", "", "corepack enable && pnpm install --frozen-lockfile", "pnpm"),
    ("yarn.lock", "yarn", "yarn install --frozen-lockfile", "yarn"),
)


def javascript(root: Root, folder: str, version: str) -> Recipe | None:
    """Steps for one project; None when it has no test script and no runner that is known."""
    file = root.files.get(put(folder, "package.json"))
    scripts, libraries = _read(file.text if file else "")
    lock = next((row for row in _LOCKS if put(folder, row[0]) in root.files), None)
    manager = lock[3] if lock else "npm"
    install = (lock[2] if lock else "npm install",) if libraries or lock else ()
    setup = ["actions/setup-node", f'node-version: "{version}"']
    if lock and lock[1]:
        setup += [f"cache: {lock[1]}", f"cache-dependency-path: {put(folder, lock[0])}"]
    name = next((n for n in ("test:ci", "test") if n in scripts and _NONE not in scripts[n]), "")
    run = _run(scripts.get(name, ""), name, manager, libraries)
    return Recipe("\n".join(setup), install, run, "coverage", has_floor=True) if run else None


def _read(text: str) -> tuple[dict[str, str], frozenset[str]]:
    try:
        made = json.loads(text or "{}")
    except ValueError:
        return {}, frozenset()
    found = made if isinstance(made, dict) else {}
    scripts = found.get("scripts")
    names: set[str] = set()
    for section in ("dependencies", "devDependencies"):
        listed = found.get(section)
        names |= set(listed) if isinstance(listed, dict) else set()
    written = scripts.items() if isinstance(scripts, dict) else ()
    return {str(k): str(v) for k, v in written}, frozenset(names)


def _run(script: str, name: str, manager: str, libraries: frozenset[str]) -> tuple[str, ...]:
    start = f"{manager} run {name}" if name and name != "test" else f"{manager} test"
    dashes = " --" if manager == "npm" else ""
    limit = '{"global":{"lines":\'"$COVERAGE_FLOOR"\'}}'
    if "jest" in script.split() or (not name and "jest" in libraries):
        command = f"{start}{dashes}" if name else "npx --no-install jest"
        return (f"{command} --ci --coverage --coverageThreshold='{limit}'",)
    if not name:
        # By name: Node would also run the copies of generated files in `.seatrial`.
        start = "node --test test/*.test.*js"
    measured = f"npx --yes c8@{C8} report --temp-directory coverage/raw --reporter text \\"
    check = '  --reporter lcov --check-coverage --lines "$COVERAGE_FLOOR"'
    return (f"NODE_V8_COVERAGE=coverage/raw {start}", measured, check)
