"""1,000 states: one `apply` ends as wanted or names what was refused; the second sends no write.

For each state a run is cut after one of its requests (its number moves through all of them from
state to state; for some states every number is tried), and a second run must end the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from seatrial.kit import environments
from seatrial.kit.site import Site
from seatrial.model.change import Call, Leave, RemoteChange
from seatrial.model.errors import SeatrialError
from seatrial.model.fact import Fact, Facts, Known, Missing
from seatrial.model.struct import struct
from seatrial.practices.environment_protection.live import wishes
from seatrial.practices.environment_protection.settings import Settings
from seatrial.repo.files import Root
from seatrial.repo.repository import Repository
from seatrial.rigs.forge import Fault, Forge, Repo
from seatrial.systems.github.client import Client
from seatrial.systems.github.errors import RefusedError, UnreachableError
from seatrial.systems.github.facts import ENVIRONMENTS, RULESETS, Hosted
from seatrial.systems.github.reads import READERS
from seatrial.systems.github.writes import carry_out
from tests.systems.github.states import HINDERED, make, obstacles, snapshot, unmet
from tests.systems.github.worlds import IMPATIENT, ONCE, client

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STATES = 1000
CHUNK = 50
NEVER = 10_000
WORKFLOW = """\
on:
  push:
    branches: [main, develop]
jobs:
  staging:
    if: github.ref == 'refs/heads/develop'
    environment: staging
    runs-on: ubuntu-latest
    steps:
      - run: helm upgrade --install shop ./chart -n shop-staging -f values-staging.yaml
  production:
    if: github.ref == 'refs/heads/main'
    environment: production
    runs-on: ubuntu-latest
    steps:
      - run: helm upgrade --install shop ./chart -n shop-production -f values-production.yaml
"""


@struct
class Done:
    """What an apply came to.

    Attributes:
        refused: sentences of what GitHub refused.
        left: sentences of what was not tried.
    """

    changes: tuple[RemoteChange, ...]
    refused: tuple[str, ...]
    left: tuple[str, ...]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """An application that releases to staging and production."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "deploy.yml").write_text(WORKFLOW)
    return Repository([Root(folder, "shop", git=False)])


@pytest.fixture(scope="module")
def wires(server: Forge) -> Iterator[tuple[Client, Client]]:
    """A patient client, and one that gives up at the first fault; making one takes a while."""
    with client(server, IMPATIENT) as patient, client(server, ONCE) as once:
        yield patient, once


class Run:
    """One state, its repository and its settings."""

    def __init__(
        self, forge: Forge, repository: Repository, wires: tuple[Client, Client], seed: int
    ) -> None:
        self.forge = forge
        self.wire, self.once = wires
        self.repository = repository
        self.seed = seed
        self.repo, self.settings = self.begin()

    def begin(self, *faults: Fault) -> tuple[Repo, Settings]:
        """Make the state anew."""
        world, self.repo, self.settings = make(self.seed)
        self.forge.reset(world, *faults)
        return self.repo, self.settings

    def plan(self, wire: Client) -> tuple[list[Call], list[Leave]]:
        """Read and plan."""
        entries: dict[str, Fact] = {}
        for key in (ENVIRONMENTS, RULESETS):
            try:
                value = READERS[key.name](wire, self.repo.slug)
                entries[key.name] = Known((Hosted("shop", self.repo.slug, value),), NOW)
            except SeatrialError as error:
                entries[key.name] = Missing(str(error))
        found = environments.found(self.repository)
        site = Site(self.repository, self.settings, found, Facts(entries), NOW)
        all_ = list(wishes(site))
        calls = [w for w in all_ if isinstance(w, Call)]
        return calls, [w for w in all_ if isinstance(w, Leave)]

    def apply(self, wire: Client) -> Done:
        """Plan and carry out; a wire that is cut ends the run."""
        calls, left = self.plan(wire)
        changes = tuple(call.change for call in calls)
        refused = tuple(self.carry(changes, wire))
        return Done(changes, refused, tuple(leave.message for leave in left))

    def carry(self, changes: tuple[RemoteChange, ...], wire: Client) -> Iterator[str]:
        """Carry out; yields what was refused."""
        for change in changes:
            try:
                carry_out(change, wire)
            except RefusedError as error:
                yield f"{change.target}: {error}"


def hold(run: Run) -> tuple[Done, str, int]:
    """Apply twice; returns what came, the state, and how many requests the first took."""
    done = run.apply(run.wire)
    count = len(run.forge.seen)
    said = "\n".join((*done.refused, *done.left))
    hindering = obstacles(run.forge.world, run.repo, run.settings)
    assert not done.refused or hindering - {"few", "checks"}, (run.seed, done.refused)
    for thing, rule in unmet(run.repo, run.settings):
        assert hindering & HINDERED[rule], (run.seed, thing, rule, said)
        words = ("ruleset", "main") if thing == "main" else (thing, thing.title())
        assert any(word in said for word in words), (run.seed, thing, rule, said)
    state = snapshot(run.repo)
    before = len(run.forge.seen)
    again = run.apply(run.wire)
    if done.refused:
        assert snapshot(run.repo) == state, run.seed
        assert len(again.refused) == len(done.refused), run.seed
    else:
        sent = [r.method for r, _ in run.forge.seen[before:]]
        assert set(sent) <= {"GET"}, (run.seed, sent)
        assert again.changes == (), (run.seed, [c.lines() for c in again.changes])
    return done, state, count


def cut(run: Run, number: int, kind: str, state: str, done: Done, *, resumed: bool) -> None:
    """Cut a run at a request, then run again: planned anew, or resumed with the same changes."""
    run.begin(Fault(number, kind, lasts=NEVER))
    changes: tuple[RemoteChange, ...] = ()
    try:
        changes = tuple(call.change for call in run.plan(run.once)[0])
        for _ in run.carry(changes, run.once):
            pass
    except UnreachableError:
        pass
    run.forge.faults = ()
    if resumed and changes == done.changes:
        for _ in run.carry(changes, run.wire):
            pass
    else:
        run.apply(run.wire)
    assert snapshot(run.repo) == state, (run.seed, number, kind)


@pytest.mark.parametrize("first", range(0, STATES, CHUNK))
def test_a_state_is_as_wanted_or_the_refusal_is_named(
    forge: Forge, repository: Repository, wires: tuple[Client, Client], first: int
) -> None:
    for seed in range(first, first + CHUNK):
        run = Run(forge, repository, wires, seed)
        done, state, count = hold(run)
        kind = ("cut-after", "cut-before", "error-after")[seed % 3]
        cut(run, 1 + seed * 7 % count, kind, state, done, resumed=seed % 2 == 0)


@pytest.mark.parametrize("seed", range(STATES, STATES + 8))
def test_a_cut_after_any_request_ends_the_same(
    forge: Forge, repository: Repository, wires: tuple[Client, Client], seed: int
) -> None:
    run = Run(forge, repository, wires, seed)
    done, state, count = hold(run)
    for number in range(1, count + 1):
        cut(run, number, "cut-before", state, done, resumed=False)
        for resumed in (True, False):
            cut(run, number, "cut-after", state, done, resumed=resumed)


@pytest.mark.parametrize("seed", range(STATES, STATES + 24))
def test_a_fault_that_passes_changes_nothing(
    forge: Forge, repository: Repository, wires: tuple[Client, Client], seed: int
) -> None:
    run = Run(forge, repository, wires, seed)
    done, state, count = hold(run)
    kinds = ("error", "error-after", "cut-after", "cut-before", "secondary")
    faults = [Fault(1 + (seed * 5 + n * 3) % (count + 4), kinds[n]) for n in range(5)]
    run.begin(*faults)
    again = run.apply(run.wire)
    assert snapshot(run.repo) == state
    assert again.refused == done.refused
