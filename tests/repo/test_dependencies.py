"""Dependencies of all ecosystems, and whether they are locked."""

# ruff: noqa: E501 # a manifest stands on one line
from __future__ import annotations

from pathlib import Path

import pytest

from seatrial.repo.code import dependencies
from seatrial.repo.files import Root


def write(folder: Path, path: str, text: str) -> None:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("requirements.txt", "# c\nflask[async]==3.0.1 ; python_version > '3' # x\n-r base.txt\nhttpx >=0.2,<1\n  --hash=sha256:aa\n", [("flask", "==3.0.1", 2, True, False), ("httpx", ">=0.2,<1", 4, False, False)]),
        ("requirements/dev.in", "pytest\n", [("pytest", "", 1, False, True)]),
        ("requirements.in", "x @ git+https://tok3n@host/o/x@0123456789012345678901234567890123456789\n", [("x", "@ git+https://host/o/x@0123456789012345678901234567890123456789", 1, True, False)]),
        ("pyproject.toml", '[project]\ndependencies = [\n  "django>=5",\n]\n[dependency-groups]\ntest = ["pytest==8.0"]\n', [("django", ">=5", 3, False, False), ("pytest", "==8.0", 6, True, True)]),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3"\n[tool.poetry.group.dev.dependencies]\nruff = {version = "0.1.2"}\n', [("flask", "^3", 3, False, False), ("ruff", "0.1.2", 5, True, True)]),
        ("Pipfile", '[packages]\nflask = "*"\n', [("flask", "*", 2, False, False)]),
        ("setup.py", "from setuptools import setup\nREQ = ['a>=1']\nsetup(install_requires=REQ, extras_require={'test': ['b==2']})\n", [("a", ">=1", 2, False, False), ("b", "==2", 3, True, True)]),
        ("setup.cfg", "[options]\ninstall_requires =\n    a>=1\n", [("a", ">=1", 3, False, False)]),
        ("package.json", '{\n"dependencies": {"a": "1.2.3", "b": "^2"},\n"devDependencies": {"c": "latest"}}', [("a", "1.2.3", 2, True, False), ("b", "^2", 2, False, False), ("c", "latest", 3, False, True)]),
        ("go.mod", "module x\nrequire (\n\tgithub.com/a/b v1.0.0\n\tgithub.com/c/d v2.0.0 // indirect\n)\n", [("github.com/a/b", "v1.0.0", 3, True, False), ("github.com/c/d", "v2.0.0", 4, True, False)]),
        ("pom.xml", '<project xmlns="http://maven.apache.org/POM/4.0.0"><properties><v>1.2</v></properties><dependencies>\n<dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version></dependency>\n<!-- <dependency><artifactId>no</artifactId></dependency> -->\n<dependency><groupId>g</groupId><artifactId>t</artifactId><version>[1,2)</version><scope>test</scope></dependency></dependencies></project>', [("a", "1.2", 2, True, False), ("t", "[1,2)", 4, False, True)]),
        ("build.gradle", "def v = '2.0'\ndependencies {\n  implementation 'g:a:1.0'\n  // implementation 'g:no:1'\n  testImplementation(\"g:b:$v\")\n  implementation group: 'g', name: 'c', version: '1.+'\n}\n", [("a", "1.0", 3, True, False), ("b", "2.0", 5, True, True), ("c", "1.+", 6, False, False)]),
        ("gradle/libs.versions.toml", '[versions]\nk = "1.9"\n[libraries]\nktor = { module = "io.ktor:server", version.ref = "k" }\n', [("server", "1.9", 4, True, False)]),
        ("Gemfile", "gem 'rails', '~> 7.1'\n# gem 'no'\ngroup :development, :test do\n  gem \"rspec\", '3.1'\nend\ngem 'pg'\n", [("rails", "~> 7.1", 1, False, False), ("rspec", "3.1", 4, True, True), ("pg", "", 6, False, False)]),
        ("a.csproj", '<Project Sdk="x"><ItemGroup>\n<PackageReference Include="Npgsql" Version="8.0.1" /></ItemGroup></Project>', [("Npgsql", "8.0.1", 2, True, False)]),
        ("Cargo.toml", '[dependencies]\naxum = "0.7"\n[dev-dependencies]\nmockito = { version = "=1.0.0" }\n', [("axum", "0.7", 2, False, False), ("mockito", "=1.0.0", 4, True, True)]),
        ("composer.json", '{"require": {"php": ">=8", "slim/slim": "4.1.0"},\n"require-dev": {"phpunit/phpunit": "^11"}}', [("slim/slim", "4.1.0", 1, True, False), ("phpunit/phpunit", "^11", 2, False, True)]),
    ],
)  # fmt: skip
def test_every_manifest_is_read_with_lines(
    tmp_path: Path, path: str, text: str, expected: list[tuple[str, str, int, bool, bool]]
) -> None:
    write(tmp_path, path, text)
    found = dependencies.read(Root(tmp_path))
    assert [(d.name, d.spec, d.place.line, d.pinned, d.dev) for d in found] == expected


@pytest.mark.parametrize(
    ("files", "locked"),
    [
        ({"web/package.json": '{"dependencies": {"a": "^1"}}'}, False),
        ({"web/package.json": '{"dependencies": {"a": "^1"}}', "yarn.lock": ""}, True),
        ({"requirements.in": "a\n", "requirements.txt": "a==1\n"}, True),
        ({"requirements.txt": "a\nb==1\n"}, False),
        ({"requirements.txt": "a==1\n"}, True),
        ({"a/Cargo.toml": '[dependencies]\nx = "1"\n', "b/Cargo.lock": ""}, False),
    ],
)
def test_a_lock_beside_or_above_covers_a_manifest(
    tmp_path: Path, files: dict[str, str], *, locked: bool
) -> None:
    for path, text in files.items():
        write(tmp_path, path, text)
    assert all(f.locked for f in dependencies.files(Root(tmp_path))) is locked


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pom.xml", '<!DOCTYPE p [<!ENTITY a "aaaa">]><project>&a;</project>'),
        ("pom.xml", "<project><dependency>"),
        ("pom.xml", "<a>" * 5000),
        ("pyproject.toml", "[project\n"),
        ("setup.py", "install_requires ="),
        ("package.json", '{"dependencies": '),
    ],
)
def test_a_broken_or_hostile_manifest_is_noted(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, path, text)
    root = Root(tmp_path)
    assert list(dependencies.read(root)) == []
    assert [t.place.path for t in root.troubles] == [path]


def test_odd_shapes_are_no_crash(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "project = 3\n[tool]\npoetry = [1]\n")
    write(tmp_path, "package.json", '["dependencies"]')
    write(tmp_path, "Cargo.toml", "dependencies = [1]\ntarget = 2\n")
    assert list(dependencies.read(Root(tmp_path))) == []
