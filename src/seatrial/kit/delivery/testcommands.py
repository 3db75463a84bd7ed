"""What kind of test a command runs."""

from __future__ import annotations

from seatrial.kit.delivery import testwords as known
from seatrial.kit.delivery.testwords import TestKind
from seatrial.repo.commands.shell import Command


def kind_of(command: Command) -> TestKind | None:
    """What kind of test a command runs; None for any other command."""
    argv, program, words = command.argv, command.program, command.words
    if {"--version", "--help", "--collect-only", "--setup-only", "--co", "--list"} & set(argv):
        return None
    if program.startswith("python"):
        return _python(argv)
    if program in {"tox", "nox"}:
        return _environments_run(command)
    if program in known.NODE_RUNNERS:
        return _node(program, words) or _targeted(argv)
    if program in known.JVM:
        return _jvm(argv, words)
    if program in {"docker", "docker-compose", "podman"}:
        return _container(argv)
    return _plain(command)


def _plain(command: Command) -> TestKind | None:
    argv, program, words = command.argv, command.program, command.words
    if program == "node" and "--test" in argv:
        return TestKind.TESTS
    if program in {"manage.py", "artisan", "php"}:
        return TestKind.TESTS if "test" in words[:2] else None
    if program == "kubectl" and words[:1] in {("apply",), ("create",)}:
        dry = any(w.startswith("--dry-run") and not w.endswith("=none") for w in argv)
        return TestKind.VALIDATION if dry and "-o" not in argv else None
    if program == "ansible-playbook":
        return TestKind.VALIDATION if {"--syntax-check", "--check"} & set(argv) else None
    if program in known.DIRECT:
        return known.DIRECT[program] if program != "ab" or "-n" in argv else None
    for leading, kind in known.WORDS.get(program, ()):
        if words[: len(leading)] == leading:
            return kind
    if program in known.TASK_RUNNERS:
        return next((k for w in words[:3] if (k := _task_kind(w))), None)
    return _script(argv, program)


def _python(argv: tuple[str, ...]) -> TestKind | None:
    if "-m" in argv:
        index = argv.index("-m")
        module = argv[index + 1] if index + 1 < len(argv) else ""
        if module in known.PYTHON_MODULES:
            return TestKind.TESTS
        if module == "coverage" and "run" in argv:
            return TestKind.TESTS
        return TestKind.LOAD if module == "locust" else None
    script = next((w for w in argv[1:] if not w.startswith("-")), "")
    if script.endswith("manage.py") and "test" in argv:
        return TestKind.TESTS
    return _script((script, *argv[2:]), script.rpartition("/")[2])


def _environments_run(command: Command) -> TestKind | None:
    # `tox -e lint` runs no tests; without a name it runs all environments.
    named = command.flag("-e", "-s", "--session", "-k", "-m")
    names = (
        named.split(",") if named else [w for w in command.words if w.startswith(("tests", "py"))]
    )
    if names and all(set(_parts(n)) & (known.NO_TEST | {"pre", "check"}) for n in names):
        return None
    return TestKind.TESTS


def _node(program: str, words: tuple[str, ...]) -> TestKind | None:
    rest = list(words)
    skipped = {
        "run",
        "run-script",
        "workspace",
        "workspaces",
        "exec",
        "foreach",
        "many",
        "run-many",
    }
    skipped |= {"affected", "dlx"}
    while rest and rest[0] in skipped:
        rest.pop(0)
    if not rest:
        return None
    head = rest[0]
    if program not in {"npm", "nx", "turbo", "lerna"} and head in known.DIRECT:
        return known.DIRECT[head]
    if head in {"cypress", "playwright"}:
        return TestKind.TESTS if {"run", "test"} & set(rest[1:3]) else None
    if head in {"t", "tst"} and program == "npm":
        return TestKind.TESTS
    kind = _task_kind(head)
    if kind is None and program in {"nx", "turbo", "lerna", "yarn", "pnpm", "moon"}:
        kind = next((k for w in rest[1:4] if (k := _task_kind(w))), None)
    return kind


def _targeted(argv: tuple[str, ...]) -> TestKind | None:
    # `nx affected --targets=lint,test` names its tasks in a flag.
    for index, word in enumerate(argv):
        head, equals, value = word.partition("=")
        if head in {"--target", "--targets", "-t", "--filter-task"}:
            names = value if equals else "".join(argv[index + 1 : index + 2])
            return next((k for n in names.split(",") if (k := _task_kind(n))), None)
    return None


def _jvm(argv: tuple[str, ...], words: tuple[str, ...]) -> TestKind | None:
    if any("skiptests" in w.lower() or "maven.test.skip" in w for w in argv):
        return None
    if "-x" in argv and "test" in argv[argv.index("-x") + 1 : argv.index("-x") + 2]:
        return None
    goals = {w.rpartition(":")[2] for w in words}
    if any("gatling" in w or "jmeter" in w for w in words):
        return TestKind.LOAD
    if goals & known.JVM_GOALS:
        return TestKind.TESTS
    return TestKind.TESTS if any(g.endswith(("Test", "Tests", "Check")) for g in goals) else None


def _container(argv: tuple[str, ...]) -> TestKind | None:
    words = set(argv)
    if "build" in words and "--target" in words:
        target = argv[argv.index("--target") + 1 : argv.index("--target") + 2]
        return TestKind.TESTS if target and _task_kind(target[0]) else None
    if "up" in words and ("--exit-code-from" in words or "--abort-on-container-exit" in words):
        return TestKind.TESTS
    if "run" not in words:
        return None
    images = [w.rpartition("/")[2].partition(":")[0] for w in argv if not w.startswith("-")]
    if {"k6", "locust", "artillery", "jmeter", "gatling", "vegeta"} & set(images):
        return TestKind.LOAD
    if any(known.DIRECT.get(image) is TestKind.VALIDATION for image in images):
        return TestKind.VALIDATION
    if "compose" in words or argv[0].endswith("docker-compose"):
        service = [w for w in argv[argv.index("run") + 1 :] if not w.startswith("-")][:1]
        return _task_kind(service[0]) if service else None
    return (
        TestKind.TESTS if {"included", "newman"} & set(images) and "cypress" in str(argv) else None
    )


def _task_kind(word: str) -> TestKind | None:
    parts = set(_parts(word))
    if parts & known.NO_TEST:
        return None
    if parts & known.LOADISH:
        return TestKind.LOAD if parts & known.TESTISH or len(parts) == 1 else None
    if "validate" in parts or parts >= {"policy", "check"}:
        return TestKind.VALIDATION
    return TestKind.TESTS if parts & known.TESTISH else None


def _parts(word: str) -> list[str]:
    for character in "-_:./+@=":
        word = word.replace(character, " ")
    return word.lower().split()


def _script(argv: tuple[str, ...], program: str) -> TestKind | None:
    if program in {"bash", "sh", "zsh", "source", "."}:
        script = next((w for w in argv[1:] if not w.startswith("-")), "")
        return _script((script,), script.rpartition("/")[2]) if script else None
    stem, dot, ending = program.rpartition(".")
    named = stem if dot and ending in {"sh", "bash", "py", "rb", "js", "ts", "ps1"} else program
    if named.lower() in known.TEST_SCRIPTS and (dot or "/" in argv[0]):
        return TestKind.TESTS
    return None
