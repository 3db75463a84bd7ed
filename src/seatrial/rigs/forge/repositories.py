"""Routes of repositories, owners, reviewers and the settings of Actions."""

from __future__ import annotations

from seatrial.rigs.forge.state import Repo
from seatrial.rigs.forge.wire import PREFIX, Call, Reply, not_found, paged, refuse, route

TIME = "2026-01-02T03:04:05Z"
_LINKS = (
    "followers following gists starred subscriptions organizations repos events received_events"
)


def user_json(call: Call, login: str, number: int, kind: str = "User") -> dict[str, object]:
    """A user in the short form that stands inside other answers."""
    url = f"{call.base}{PREFIX}/users/{login}"
    links = {f"{word}_url": f"{url}/{word}" for word in _LINKS.split()}
    own = {"login": login, "id": number, "node_id": f"U{number}", "type": kind, "url": url}
    page = {"html_url": f"{call.base}/{login}", "avatar_url": f"{call.base}/{login}.png"}
    return {**own, **page, **links, "gravatar_id": "", "site_admin": False}


def team_json(call: Call, name: str, number: int) -> dict[str, object]:
    """A team in the short form."""
    owner, _, slug = name.partition("/")
    url = f"{call.base}{PREFIX}/teams/{number}"
    own = {"id": number, "node_id": f"T{number}", "name": slug, "slug": slug, "url": url}
    page = {"html_url": f"{call.base}/orgs/{owner}/teams/{slug}", "members_url": f"{url}/members"}
    more = {"repositories_url": f"{url}/repos", "description": "", "permission": "push"}
    kind = {"type": "organization", "organization_id": 1}
    return {**own, **page, **more, **kind, "parent": None, "privacy": "closed"}


@route("GET", "/repos/{owner}/{repo}")
def repository(call: Call) -> Reply:
    """The repository; only its administrators are told that they are."""
    repo = call.repo
    organisation = repo.owner in call.world.organisations
    kind = "Organization" if organisation else "User"
    body = {
        "id": 1,
        "name": repo.name,
        "full_name": repo.slug,
        "private": repo.private,
        "visibility": "private" if repo.private else "public",
        "default_branch": repo.default_branch,
        "owner": user_json(call, repo.owner, 1, kind),
        "permissions": {"admin": call.token.may("administration", "read"), "pull": True},
        "clone_url": f"{call.base}/{repo.slug}.git",
        "archived": False,
    }
    return Reply(200, body)


@route("GET", "/orgs/{org}")
def organisation(call: Call) -> Reply:
    """An organisation; its plan is shown to owners."""
    name = call.names["org"]
    if name not in call.world.organisations:
        return not_found()
    body: dict[str, object] = {"login": name, "id": 1, "type": "Organization"}
    if call.token.owner:
        body["plan"] = {"name": call.world.organisations[name], "space": 1, "private_repos": 1}
    return Reply(200, body)


@route("GET", "/user")
def myself(call: Call) -> Reply:
    """Whose the token is."""
    login = call.token.login
    body = user_json(call, login, call.world.users.get(login, 1))
    if call.token.owner:
        plan = {"name": call.world.user_plan, "space": 1, "private_repos": 1, "collaborators": 0}
        body["plan"] = plan
    return Reply(200, body)


@route("GET", "/users/{login}")
def user(call: Call) -> Reply:
    """A user by login."""
    login = call.names["login"]
    number = call.world.users.get(login)
    return not_found() if number is None else Reply(200, user_json(call, login, number))


@route("GET", "/orgs/{org}/teams/{team}", "members", "read")
def team(call: Call) -> Reply:
    """A team by its slug."""
    name = f"{call.names['org']}/{call.names['team']}"
    number = call.world.teams.get(name)
    return not_found() if number is None else Reply(200, team_json(call, name, number))


_ACTIONS = "/repos/{owner}/{repo}/actions/permissions"


@route("GET", _ACTIONS, "administration", "read")
def actions(call: Call) -> Reply:
    """What Actions may run."""
    return Reply(200, call.repo.actions)


@route("PUT", _ACTIONS, "administration", "write")
def set_actions(call: Call) -> Reply:
    """Replace what Actions may run: a field that is left out goes back to its default."""
    if call.repo.organisation_locks_actions:
        return refuse(409, "The organization does not allow to change this setting")
    fresh = {"allowed_actions": "all", "sha_pinning_required": False}
    call.repo.actions = {**fresh, **call.fields}
    return Reply(204)


@route("GET", _ACTIONS + "/workflow", "administration", "read")
def workflow(call: Call) -> Reply:
    """What the token of a workflow may do by default."""
    return Reply(200, call.repo.workflow)


@route("PUT", _ACTIONS + "/workflow", "administration", "write")
def set_workflow(call: Call) -> Reply:
    """Set what the token of a workflow may do by default."""
    if call.repo.organisation_locks_actions:
        return refuse(409, "The organization does not allow to change this setting")
    call.repo.workflow = {**call.repo.workflow, **call.fields}
    return Reply(204)


@route("GET", "/repos/{owner}/{repo}/code-scanning/alerts", "security_events", "read")
def alerts(call: Call) -> Reply:
    """Open alerts; 404 where no analysis was ever sent."""
    return _scanning(call, call.repo, call.repo.alerts)


@route("GET", "/repos/{owner}/{repo}/code-scanning/analyses", "security_events", "read")
def analyses(call: Call) -> Reply:
    """Analyses that were sent."""
    return _scanning(call, call.repo, call.repo.analyses)


def _scanning(call: Call, repo: Repo, members: list[dict[str, object]]) -> Reply:
    if not repo.analyses:
        return refuse(404, "no analysis found")
    return paged(call, list(members))
