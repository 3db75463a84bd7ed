"""The wire: what is tried again, what is not, how long, and what is said when it fails."""

from __future__ import annotations

import threading
import time

import pytest

from seatrial.model.errors import SeatrialError, UsageError
from seatrial.rigs.forge import Environment, Fault, Forge, Repo
from seatrial.systems.github.changes import ProtectEnvironment
from seatrial.systems.github.client import Client
from seatrial.systems.github.errors import RefusedError, UnreachableError
from seatrial.systems.github.facts import BranchRules
from seatrial.systems.github.patience import Patience
from seatrial.systems.github.reads import read_environments, read_rules
from seatrial.systems.github.writes import carry_out
from tests.systems.github.worlds import IMPATIENT, SLUG, TOKEN, client, world

PATH = f"/repos/{SLUG}"
POLICIES = f"{PATH}/environments/production/deployment-branch-policies"
BODY = {"name": "main", "type": "branch"}


@pytest.mark.parametrize("kind", ["cut-before", "cut-after", "error", "error-after", "secondary"])
def test_reading_is_tried_again(forge: Forge, kind: str) -> None:
    forge.reset(world(), Fault(1, kind, lasts=2))
    with client(forge) as wire:
        assert wire.get(PATH).text("name") == "shop"
    assert len(forge.seen) == 3


def test_patience_ends(forge: Forge) -> None:
    forge.reset(world(), Fault(1, "error", lasts=99))
    with client(forge) as wire, pytest.raises(UnreachableError, match="fault of its own"):
        wire.get(PATH)
    assert len(forge.seen) == 3


def test_a_put_is_tried_again_since_twice_is_once(forge: Forge) -> None:
    there = forge.reset(world(), Fault(1, "cut-after"))
    with client(forge) as wire:
        wire.put(f"{PATH}/environments/dev", {})
    assert len(forge.seen) == 2
    assert list(there.repos[SLUG].environments) == ["dev"]


def custom(forge: Forge, *faults: Fault) -> Environment:
    there = forge.reset(world(), *faults)
    made = Environment(1, "production", policy="custom")
    there.repos[SLUG].environments["production"] = made
    return made


@pytest.mark.parametrize(
    ("kind", "posts"), [("cut-after", 1), ("error-after", 1), ("cut-before", 2), ("error", 2)]
)
def test_a_post_is_looked_for_before_it_is_repeated(forge: Forge, kind: str, posts: int) -> None:
    made = custom(forge, Fault(1, kind))
    with client(forge) as wire:
        probes: list[bool] = []

        def probe() -> str | None:
            probes.append(True)
            return "there" if made.patterns else None

        wire.post(POLICIES, BODY, probe)
    assert probes == [True]
    assert [r.method for r, _ in forge.seen] == ["POST"] * posts
    assert [p.name for p in made.patterns] == ["main"]


def test_a_post_that_met_a_rate_limit_was_not_done_and_needs_no_probe(forge: Forge) -> None:
    made = custom(forge, Fault(1, "secondary"))
    with client(forge) as wire:
        wire.post(POLICIES, BODY, lambda: pytest.fail("probed"))
    assert len(made.patterns) == 1


def test_the_wait_is_the_one_that_github_asks_for(forge: Forge) -> None:
    forge.reset(world(), Fault(1, "secondary", seconds=7), Fault(2, "primary", seconds=3))
    waited: list[float] = []
    with Client(TOKEN, forge.api, patience=Patience(total=60), sleep=waited.append) as wire:
        wire.get(PATH)
    assert waited[0] == 7
    assert 1 <= waited[1] <= 4


def test_a_long_limit_is_not_waited_for_but_told(forge: Forge) -> None:
    forge.reset(world(), Fault(1, "primary", seconds=1800, lasts=9))
    begun = time.monotonic()
    with client(forge) as wire, pytest.raises(UnreachableError, match="rate limit") as caught:
        wire.get(PATH)
    assert time.monotonic() - begun < 2
    assert "30 minutes" in caught.value.hint
    assert len(forge.seen) == 1


def test_a_slow_answer_ends_at_the_deadline(forge: Forge) -> None:
    forge.reset(world(), Fault(1, "slow", seconds=1.0, lasts=9))
    patience = Patience(answer=0.2, total=1.0, attempts=2, pause=0.01)
    begun = time.monotonic()
    with client(forge, patience) as wire, pytest.raises(UnreachableError, match="in time"):
        wire.get(PATH)
    assert time.monotonic() - begun < 1.5


def test_nobody_there_is_said_plainly() -> None:
    wire = Client(TOKEN, "http://127.0.0.1:9", patience=IMPATIENT)
    with wire, pytest.raises(UnreachableError, match="cannot be reached"):
        wire.get("/user")


def test_what_did_not_change_is_not_sent_again(forge: Forge) -> None:
    forge.reset(world())
    with client(forge) as wire:
        first = wire.get(PATH)
        assert wire.get(PATH).value == first.value
    last, _ = forge.seen[-1]
    assert last.headers["if-none-match"]


def test_a_token_goes_only_to_where_it_is_safe() -> None:
    for address in ("http://github.example.com/api/v3", "ftp://x", "github.com", ""):
        with pytest.raises(UsageError):
            Client(TOKEN, address)
    Client(TOKEN, "https://github.example.com/api/v3").close()


REFUSALS = [
    ("bad token", "does not accept the token", 401),
    ("scope", "the token may not change environments/production", 403),
    ("hidden", "GitHub shows no environments of example-org/shop", 404),
    ("free", "GitHub shows no environments of example-org/shop", 404),
    ("six", "7 reviewers, GitHub takes six", 0),
    ("self", "without reviewers there is no self-review", 0),
    ("wait", "0 to 43200 minutes", 0),
    ("nobody", "no user called nobody", 0),
    ("no team", "no team called example-org/none", 0),
    ("name", "is no name for an environment", 0),
    ("bypass", "did not keep administrators' bypass", 0),
]


@pytest.mark.parametrize(("case", "sentence", "status"), REFUSALS)
def test_a_refusal_is_one_sentence_with_a_hint_and_no_token(
    forge: Forge, case: str, sentence: str, status: int
) -> None:
    there = forge.reset(world("free" if case == "free" else "enterprise"))
    token = there.tokens[TOKEN]
    if case == "bad token":
        there.tokens.clear()
    if case == "scope":
        token.permissions["administration"] = "read"
    token.sees = case != "hidden"
    there.repos[SLUG].keeps_bypass = case != "bypass"
    names = {"six": tuple("abcdefg"), "nobody": ("nobody",), "no team": ("example-org/none",)}
    change = ProtectEnvironment(
        SLUG,
        "" if case == "name" else "production",
        None,
        reviewers=() if case == "self" else names.get(case, ("ann",)),
        prevent_self_review=True,
        wait_minutes=99_999 if case == "wait" else 5,
        branches=BranchRules("selected", ("main",)),
        admins_bypass=False,
    )
    with client(forge) as wire, pytest.raises(RefusedError) as caught:
        carry_out(change, wire)
    error = caught.value
    assert sentence in str(error)
    assert "\n" not in str(error)
    assert error.hint or case == "wait"
    assert error.status == status
    assert TOKEN not in f"{error} {error.hint} {error!r} {wire!r}"


def test_a_missing_permission_is_named(forge: Forge) -> None:
    forge.reset(world(administration="read"))
    with client(forge) as wire, pytest.raises(RefusedError) as caught:
        wire.put(f"{PATH}/environments/production", {})
    assert caught.value.hint == "give it administration:write"


def test_a_private_repository_of_a_free_plan_has_neither_environments_nor_rulesets(
    forge: Forge,
) -> None:
    forge.reset(world("free"))
    with client(forge) as wire:
        assert read_environments(wire, SLUG).environments == ()
        assert read_rules(wire, SLUG).rulesets == ()


def test_an_unknown_plan_is_not_taken_for_an_empty_list(forge: Forge) -> None:
    there = forge.reset(world("free"))
    there.tokens[TOKEN].owner = False
    with client(forge) as wire, pytest.raises(RefusedError):
        read_environments(wire, SLUG)


def test_the_plan_of_a_user_is_read_only_from_the_user(forge: Forge) -> None:
    there = forge.reset(world())
    there.user_plan = "pro"
    there.add(Repo("ann", "own", private=True))
    there.add(Repo("bob", "other", private=True))
    with client(forge) as wire:
        plans = [read_environments(wire, s).repository.plan for s in ("ann/own", "bob/other")]
    assert plans == ["pro", ""]


def test_threads_share_a_client(forge: Forge) -> None:
    forge.reset(world())
    seen: list[str] = []
    with client(forge) as wire:
        threads = [
            threading.Thread(target=lambda: seen.append(wire.get(PATH).text("name")))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen == ["shop"] * 8


def test_words_of_github_that_look_like_a_token_are_masked() -> None:
    from seatrial.systems.github.refusals import Reply, refusal

    body = b'{"message": "bad ghp_abc123 and Bearer xyz\\nnext", "errors": [{"code": "wrong"}]}'
    error: SeatrialError = refusal("PUT", Reply.made(422, "/repos/a/b/x", {}, body))
    assert str(error) == "GitHub refuses to change x: bad *** and *** next; wrong"


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1,2", b"\xff", b"[" * 100_000])
def test_an_odd_body_is_no_crash(content: bytes) -> None:
    from seatrial.systems.github.refusals import Reply, refusal

    reply = Reply.made(500, "/repos/a/b", {}, content)
    assert reply.answer.text("message") == ""
    assert "read the repository" in str(refusal("GET", reply))
