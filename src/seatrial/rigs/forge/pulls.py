"""Routes of branches and pull requests; they ask the real git repository."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from seatrial.rigs.forge.repositories import TIME, user_json
from seatrial.rigs.forge.wire import Call, Reply, not_found, paged, refuse, route

_BASE: Final = "/repos/{owner}/{repo}/pulls"
FOLDERS: Final[dict[int, Path]] = {}
"""Where each world's git repositories lie, by the world's identity."""


def _git(call: Call, *words: str) -> str | None:
    folder = FOLDERS[id(call.world)] / f"{call.repo.slug}.git"
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else None


def _commit(call: Call, branch: str) -> str | None:
    return _git(call, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")


@route("GET", "/repos/{owner}/{repo}/branches/{branch}", "contents", "read")
def branch(call: Call) -> Reply:
    """A branch and its newest commit."""
    name = call.names["branch"]
    commit = _commit(call, name)
    if commit is None:
        return refuse(404, "Branch not found")
    return Reply(200, {"name": name, "commit": {"sha": commit}, "protected": False})


@route("POST", "/repos/{owner}/{repo}/git/refs", "contents", "write")
def make_ref(call: Call) -> Reply:
    """Make a branch; one that exists is refused."""
    ref, commit = str(call.fields.get("ref", "")), str(call.fields.get("sha", ""))
    if not ref.startswith("refs/heads/"):
        return refuse(422, "Reference name must start with 'refs/'")
    if _commit(call, ref.removeprefix("refs/heads/")) is not None:
        return refuse(422, "Reference already exists")
    if _git(call, "update-ref", ref, commit) is None:
        return refuse(422, "Object does not exist")
    return Reply(201, {"ref": ref, "object": {"type": "commit", "sha": commit}})


@route("GET", _BASE, "pull_requests", "read")
def listed(call: Call) -> Reply:
    """Pull requests, narrowed by state, head and base."""
    query = call.request.query
    state = query.get("state", "open")
    found = [
        pull
        for pull in call.repo.pulls
        if state in {"all", pull["state"]}
        and query.get("head", pull["head_label"]) == pull["head_label"]
        and query.get("base", pull["base_ref"]) == pull["base_ref"]
    ]
    return paged(call, [_json(call, pull) for pull in found])


@route("GET", _BASE + "/{number}", "pull_requests", "read")
def one(call: Call) -> Reply:
    """One pull request."""
    number = call.names["number"]
    found = next((p for p in call.repo.pulls if str(p["number"]) == number), None)
    return Reply(200, _json(call, found)) if found else not_found()


@route("POST", _BASE, "pull_requests", "write")
def create(call: Call) -> Reply:
    """Open a pull request, or say why there can be none."""
    fields, owner = call.fields, call.repo.owner
    base = str(fields.get("base", ""))
    head = str(fields.get("head", "")).removeprefix(f"{owner}:")
    label = f"{owner}:{head}"
    if _commit(call, base) is None or _commit(call, head) is None:
        return refuse(422, "Validation Failed", f"{'base' if head else 'head'} is invalid")
    if any(p["state"] == "open" and p["head_label"] == label for p in call.repo.pulls):
        return refuse(422, "Validation Failed", f"A pull request already exists for {label}.")
    if not _git(call, "rev-list", "--max-count=1", f"{base}..{head}"):
        return refuse(422, "Validation Failed", f"No commits between {base} and {head}")
    number = len(call.repo.pulls) + 1
    pull = {"number": number, "state": "open", "head_label": label, "base_ref": base}
    call.repo.pulls.append({**pull, "title": fields.get("title"), "body": fields.get("body")})
    return Reply(201, _json(call, call.repo.pulls[-1]))


def _json(call: Call, pull: dict[str, object]) -> dict[str, object]:
    page = f"{call.base}/{call.repo.slug}/pull/{pull['number']}"
    head = str(pull["head_label"]).partition(":")[2]
    shown = {key: pull[key] for key in ("number", "state", "title", "body")}
    return {
        **shown,
        "html_url": page,
        "user": user_json(call, call.token.login, 1),
        "head": {"label": pull["head_label"], "ref": head},
        "base": {"label": f"{call.repo.owner}:{pull['base_ref']}", "ref": pull["base_ref"]},
        "created_at": TIME,
        "updated_at": TIME,
    }
