"""Terraform as the audit sees it: modules, values, conditions, states, Helm releases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seatrial.repo.files import Root
from seatrial.repo.infrastructure import terraform
from seatrial.repo.infrastructure.hclunknown import UNRESOLVED, is_small
from seatrial.repo.infrastructure.terraform import Terraform
from seatrial.repo.infrastructure.tfhelm import HelmRelease, Manifest
from seatrial.repo.infrastructure.tfmodules import Module

RELEASE = 'resource "helm_release" "x" {\n  name = "x"\n  chart = "c"\n'


def given(folder: Path, files: dict[str, str]) -> tuple[Root, Terraform]:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    root = Root(folder)
    return root, terraform.read([root])


def module(view: Terraform, folder: str) -> Module:
    return next(m for m in view.modules if m.folder == folder)


def release(folder: Path, files: dict[str, str]) -> HelmRelease:
    (found,) = terraform.helm_releases(given(folder, files)[1])
    return found


def manifest(folder: Path, text: str) -> Manifest:
    (found,) = terraform.manifests(given(folder, {"main.tf": text})[1])
    return found


def value(folder: Path, source: str, *, environment: str | None = None) -> object:
    _, view = given(folder, {"main.tf": source})
    (only,) = view.modules
    return only.resolve(only.locals["x"], environment=environment)


def test_a_repository_without_terraform_is_empty(tmp_path: Path) -> None:
    _, view = given(tmp_path, {"README.md": "", "policy.hcl": 'path "x" {}'})
    assert not view
    assert (view.modules, view.states, terraform.helm_releases(view), view.terragrunt) == (
        (), (), (), (),
    )  # fmt: skip


def test_blocks_know_labels_lines_and_addresses(tmp_path: Path) -> None:
    source = '# c\nresource "a_b" "c" {\n  tags = { x = var.y }\n  inner {\n    z = 1\n  }\n}\n'
    _, view = given(tmp_path, {"main.tf": source + 'data "d" "e" {}\nmodule "m" {}\n'})
    block, data, call = module(view, "").blocks
    assert (block.address, data.address, call.address) == ("a_b.c", "data.d.e", "module.m")
    assert (block.place.line, block.end_line, block.children("inner")[0].place.line) == (2, 7, 4)
    tags = block.attr("tags")
    assert tags is not None
    assert (tags.references, tags.place.line) == (("var.y",), 3)


def test_references_leave_out_loop_names_and_object_keys(tmp_path: Path) -> None:
    source = "locals {\n x = [for k, v in var.all : { name = v.name, id = a_b.c[0].id }]\n"
    _, view = given(
        tmp_path, {"main.tf": source + ' y = "${random_p.db.result}-%{ if var.z }1%{ endif }"\n}\n'}
    )
    names = module(view, "").locals
    assert set(names["x"].references) == {"var.all", "a_b.c.id"}
    assert set(names["y"].references) == {"random_p.db.result", "var.z"}


def test_the_content_of_an_expression_stays_out_of_its_repr(tmp_path: Path) -> None:
    _, view = given(tmp_path, {"main.tf": 'provider "p" {\n  token = "hunter2"\n}\n'})
    shown = repr(module(view, "").blocks) + repr(module(view, ""))
    assert "main.tf" in shown
    assert "hunter2" not in shown


def test_a_dynamic_block_counts_as_what_it_makes(tmp_path: Path) -> None:
    source = (
        'resource "a" "b" {\n  dynamic "set" {\n    for_each = var.s\n'
        '    content {\n      name = "n"\n    }\n  }\n}\n'
    )
    _, view = given(tmp_path, {"main.tf": source})
    (made,) = module(view, "").blocks[0].children("set")
    assert made.repeat is not None
    assert "name" in made.attributes


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"a\\tb$${c}"', "a\tb${c}"),
        ("1 + 2 * 3", 7),
        ('"${var.a}-${local.b}"', "A-B"),
        ('"${var.n}"', 3),
        ("var.missing", UNRESOLVED),
        ("local.x", UNRESOLVED),
        ("aws_x.y.z", UNRESOLVED),
        ('[1, "a", null, true]', [1, "a", None, True]),
        ('{ k = var.a, "l" : aws_x.y.z }', {"k": "A", "l": UNRESOLVED}),
        ('var.a == "A" ? "yes" : "no"', "yes"),
        ("aws_x.y.z ? 1 : 2", UNRESOLVED),
        ("var.n > 2 && !false", True),
        ("aws_x.y.z && false", False),
        ('1 == "1"', False),
        ('{ dev = 1, prod = 2 }["prod"]', 2),
        ('lookup({ a = 1 }, "b", 5)', 5),
        ('format("%s-%s", var.a, local.b)', "A-B"),
        ('join(",", ["a", "b"])', "a,b"),
        ("uuid()", UNRESOLVED),
        ("<<-EOT\n    a: ${var.a}\n      b: 1\n    EOT\n", "a: A\n  b: 1\n"),
        ('yamldecode("{version: 1.2.3}").version', "1.2.3"),
        ("1 / 0", UNRESOLVED),
    ],
)
def test_values_come_from_defaults_and_locals(
    tmp_path: Path, source: str, expected: object
) -> None:
    names = (
        'variable "a" {\n default = "A"\n}\nvariable "n" {\n'
        ' default = 3\n}\nvariable "missing" {}\n'
    )
    found = value(tmp_path, f'{names}locals {{\n b = "B"\n x = {source}\n}}\n')
    assert found == expected
    assert type(found) is type(expected)


def test_the_workspace_is_known_only_when_it_is_assumed(tmp_path: Path) -> None:
    source = 'locals {\n x = "app-${terraform.workspace}"\n}\n'
    assert value(tmp_path, source) is UNRESOLVED
    assert value(tmp_path, source, environment="dev") == "app-dev"


def test_locals_that_multiply_end_unresolved(tmp_path: Path) -> None:
    lines = [f' l{i} = "${{local.l{i + 1}}}${{local.l{i + 1}}}"' for i in range(60)]
    assert (
        value(tmp_path, "locals {\n x = local.l0\n" + "\n".join(lines) + '\n l60 = "aaaa"\n}\n')
        is UNRESOLVED
    )


def test_tfvars_choose_values_and_disagreement_is_unresolved(tmp_path: Path) -> None:
    _, view = given(tmp_path, {
        "main.tf": (
            'variable "size" {\n default = 1\n}\nvariable "zone" {\n'
            ' default = "a"\n}\nlocals {\n s = var.size\n z = var.zone\n}\n'
        ),
        "terraform.tfvars": 'zone = "b"\n',
        "envs/prod.tfvars": "size = 3\n",
    })  # fmt: skip
    only = module(view, "")
    names = only.locals
    assert only.resolve(names["z"]) == "b"
    assert only.resolve(names["s"]) is UNRESOLVED
    assert only.resolve(names["s"], environment="prod") == 3
    assert only.resolve(names["s"], environment="dev") is UNRESOLVED
    (prod,) = (v for v in only.tfvars if v.label == "prod")
    assert (prod.is_auto, only.resolve(names["s"], tfvars=prod)) == (False, 3)


def test_a_called_module_takes_its_values_from_its_callers(tmp_path: Path) -> None:
    called = 'variable "v" {\n default = "x"\n}\nlocals {\n x = var.v\n}\n'
    files = {
        "modules/a/main.tf": called,
        "live/main.tf": 'module "a" {\n source = "../modules/a"\n v = "1.2"\n}\n',
    }
    _, view = given(tmp_path, files)
    inner = module(view, "modules/a")
    assert inner.resolve(inner.locals["x"]) == "1.2"
    assert [m.folder for m in view.roots] == ["live"]
    assert module(view, "live").calls[0].module is inner


def test_callers_that_disagree_leave_a_value_unresolved(tmp_path: Path) -> None:
    _, view = given(tmp_path, {
        "modules/a/main.tf": 'variable "v" {}\nlocals {\n x = var.v\n}\n',
        "dev/main.tf": 'module "a" {\n source = "../modules/a"\n v = "1"\n}\n',
        "prod/main.tf": 'module "a" {\n source = "../modules/a"\n v = "2"\n}\n',
    })  # fmt: skip
    inner = module(view, "modules/a")
    assert inner.resolve(inner.locals["x"]) is UNRESOLVED


def test_modules_that_call_each_other_are_no_endless_way(tmp_path: Path) -> None:
    _, view = given(tmp_path, {
        "a/main.tf": 'module "b" {\n source = "../b"\n}\nlocals {\n x = var.q\n}\n',
        "b/main.tf": 'module "a" {\n source = "../a"\n}\n',
    })  # fmt: skip
    assert module(view, "a").resolve(module(view, "a").locals["x"]) is UNRESOLVED


def test_backend_version_and_providers_are_read(tmp_path: Path) -> None:
    _, view = given(tmp_path, {"main.tf": (
        'terraform {\n required_version = ">= 1.10"\n'
        ' backend "s3" {\n  key = "k"\n }\n required_providers {\n'
        '  aws = {\n   source = "hashicorp/aws"\n   version = "~> 5.0"\n'
        '  }\n  tls = {\n   source = "hashicorp/tls"\n  }\n }\n}\n'
    )})  # fmt: skip
    only = module(view, "")
    backend = only.backend()
    assert backend is not None
    assert (backend.address, backend.place.line) == ("backend.s3", 3)
    assert only.text(only.required_version) == ">= 1.10"
    assert [(p.name, p.version) for p in only.required_providers] == [
        ("aws", "~> 5.0"),
        ("tls", None),
    ]


def test_a_published_module_and_its_examples_are_no_roots(tmp_path: Path) -> None:
    own = 'variable "a" {}\noutput "b" {\n value = 1\n}\nresource "x" "y" {}\n'
    _, view = given(tmp_path, {
        "main.tf": own, "README.md": "", "modules/part/main.tf": own,
        "examples/full/main.tf": 'provider "aws" {}\nmodule "m" {\n source = "../.."\n}\n',
    })  # fmt: skip
    assert view.roots == ()
    assert module(view, "").is_library
    assert module(view, "examples/full").is_example


def test_a_folder_called_examples_without_a_library_is_no_example(tmp_path: Path) -> None:
    _, view = given(tmp_path, {"examples/shop/terraform/main.tf": 'provider "aws" {}\n'})
    assert [m.folder for m in view.roots] == ["examples/shop/terraform"]


def test_a_state_tells_addresses_and_secret_paths_but_no_value(tmp_path: Path) -> None:
    state = {
        "version": 4, "terraform_version": "1.5.7", "serial": 3, "lineage": "l",
        "outputs": {
            "pw": {"value": "hunter2", "type": "string", "sensitive": True},
            "url": {"value": "u", "type": "string"},
        },
        "resources": [
            {"mode": "managed", "type": "lke", "name": "main", "provider": "p", "instances": [
                {"index_key": 0, "attributes": {"name": "n", "kubeconfig": "hunter2", "token": ""}},
            ]},
            {"module": "module.db", "mode": "data", "type": "d", "name": "e", "instances": [
                {"attributes": {"conf": [{"client_secret": "hunter2"}]}, "sensitive_attributes": [
                    [{"type": "get_attr", "value": "conf"}]]},
            ]},
        ],
    }  # fmt: skip
    _, view = given(tmp_path, {
        "infra/main.tf": 'resource "x" "y" {}\n',
        "infra/terraform.tfstate.d/prod/terraform.tfstate": json.dumps(state, indent=2),
    })  # fmt: skip
    (found,) = view.states
    assert (found.workspace, found.folder, found.serial, found.broken) == (
        "prod",
        "infra",
        3,
        False,
    )
    assert found.addresses == ("lke.main[0]", "module.db.data.d.e")
    assert [str(s) for s in found.sensitive] == [
        "output.pw", "lke.main[0].kubeconfig", "module.db.data.d.e.conf",
        "module.db.data.d.e.conf.0.client_secret",
    ]  # fmt: skip
    lines = (tmp_path / found.file.path).read_text().splitlines()
    assert all(s.path.rpartition(".")[2] in lines[s.place.line - 1] for s in found.sensitive)
    assert "hunter2" not in repr(found)
    assert module(view, "infra").states == (found,)


@pytest.mark.parametrize("text", ["", '{"version": 4, "outp', "[]", "{}"])
def test_a_state_that_cannot_be_read_is_broken(tmp_path: Path, text: str) -> None:
    root, view = given(tmp_path, {"terraform.tfstate": text, "terraform.tfstate.backup": text})
    assert [(s.broken, s.is_backup) for s in view.states] == [(True, False), (True, True)]
    assert len(root.troubles) == 2


def test_an_encrypted_state_is_not_searched(tmp_path: Path) -> None:
    _, view = given(tmp_path, {"a.tfstate": '{"encrypted_data": "x", "encryption_version": "v0"}'})
    assert (view.states[0].encrypted, view.states[0].broken) == (True, False)


def test_plans_and_lock_files_are_listed(tmp_path: Path) -> None:
    files = {"a/main.tf": "", "a/tfplan": "x", "b/prod.tfplan": "x", "a/.terraform.lock.hcl": ""}
    _, view = given(tmp_path, files)
    assert [f.path for f in view.plans] == ["a/tfplan", "b/prod.tfplan"]
    assert module(view, "a").lock_file is view.lock_files[0]


def test_broken_hcl_is_noted_and_the_rest_is_kept(tmp_path: Path) -> None:
    root, view = given(
        tmp_path, {"main.tf": 'resource "a" "b" {}\nresource "c" "d" {\n  x = ]\n}\n'}
    )
    assert module(view, "").blocks[0].address == "a.b"
    assert [t.place.line for t in root.troubles] == [3]


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 5000, "a {" * 3000, 'x = "${' * 500, "\x00", "= = }"]
)
def test_hostile_text_never_raises(tmp_path: Path, text: str) -> None:
    _, view = given(tmp_path, {"main.tf": "locals {\n" + text, "x.tfvars": text})
    for found in view.modules:
        for block in found.blocks:
            for expression in block.attributes.values():
                assert expression.references is not None
                found.resolve(expression)
    assert len([v.assignments for v in view.tfvars]) == 1


def test_json_syntax_is_read_too(tmp_path: Path) -> None:
    data = {"terraform": {"backend": {"s3": {"key": "k"}}}, "resource": {"helm_release": {"x": [
        {"name": "n", "chart": "c", "set": [{"name": "a", "value": "${var.b}"}]}]}}}  # fmt: skip
    found = release(tmp_path, {"main.tf.json": json.dumps(data, indent=2)})
    assert (found.name, found.settings["a"].references) == ("n", ("var.b",))
    assert found.module.backend() is not None
    assert found.place.line > 5


def test_opentofu_files_stand_for_their_terraform_twins(tmp_path: Path) -> None:
    _, view = given(tmp_path, {"a.tf": "locals {\n x = 1\n}\n", "a.tofu": "locals {\n x = 2\n}\n"})
    only = module(view, "")
    assert (len(only.blocks), only.resolve(only.locals["x"])) == (1, 2)


def test_terragrunt_gives_its_units_the_backend_of_the_included_file(tmp_path: Path) -> None:
    _, view = given(tmp_path, {
        "modules/vpc/main.tf": 'resource "x" "y" {}\n',
        "live/root.hcl": 'remote_state {\n backend = "s3"\n}\n',
        "live/prod/vpc/terragrunt.hcl": (
            'include "root" {\n path = find_in_parent_folders("root.hcl")\n}\n'
            'terraform {\n source = "../../../modules//vpc"\n}\n'
        ),
        "live/prod/alone/terragrunt.hcl": 'terraform {\n source = "../../../modules//vpc"\n}\n',
    })  # fmt: skip
    alone, vpc = sorted(view.units, key=lambda u: u.folder)
    assert (view.backend_of(alone), vpc.source_folder) == (None, "modules/vpc")
    found = view.backend_of(vpc)
    assert found is not None
    assert found.place.path == "live/root.hcl"
    assert module(view, "modules/vpc").is_root
    assert view.backend_of(module(view, "modules/vpc")) is None


def test_a_release_tells_chart_version_settings_and_values_files(tmp_path: Path) -> None:
    found = release(tmp_path, {"infra/main.tf": (
        'variable "v" {\n default = "1.2.3"\n}\nresource "helm_release" "x" {\n name = "x"\n'
        ' repository = "https://r"\n chart = "../charts/app"\n version = var.v\n namespace = "n"\n'
        ' values = [file("${path.module}/../values/a.yaml"), '
        'templatefile("v/b.tpl", {}), yamlencode({ a = var.q })]\n'
        ' set {\n  name = "a"\n  value = 1\n }\n'
        ' set_sensitive {\n  name = "p"\n  value = var.p\n }\n}\n'
        ),
        "values/a.yaml": "", "infra/v/b.tpl": "", "charts/app/Chart.yaml": "",
    })  # fmt: skip
    assert (found.version, found.repository, found.namespace) == ("1.2.3", "https://r", "n")
    assert found.chart_folder == "charts/app"
    assert (list(found.settings), list(found.secret_settings)) == (["a", "p"], ["p"])
    assert [(f.path, f.is_template) for f in found.values_files if f.file] == [
        ("values/a.yaml", False), ("infra/v/b.tpl", True),
    ]  # fmt: skip
    (inline,) = found.inline_values
    assert (json.loads(inline.text), inline.whole) == ({"a": "${...}"}, False)


def test_settings_may_be_a_list_of_objects(tmp_path: Path) -> None:
    listed = (
        ' set = concat([{ name = "a.b", value = "1" }], local.more)\n'
        '}\nlocals {\n more = [{ name = "c", value = var.x }]\n}\n'
    )
    assert set(release(tmp_path, {"main.tf": RELEASE + listed}).settings) == {"a.b", "c"}


def test_a_missing_version_is_none_and_a_computed_one_is_shown(tmp_path: Path) -> None:
    assert release(tmp_path, {"main.tf": RELEASE + "}\n"}).version is None
    computed = release(tmp_path, {"main.tf": RELEASE + " version = data.a.b.c\n}\n"})
    assert computed.version == "${data.a.b.c}"


def test_a_values_file_per_environment_is_found_for_each(tmp_path: Path) -> None:
    found = release(tmp_path, {
        "main.tf": RELEASE + ' values = [file("values/${terraform.workspace}.yaml")]\n}\n',
        "values/dev.yaml": "", "values/prod.yaml": "",
    })  # fmt: skip
    assert [(f.path, f.fill) for f in found.values_files] == [
        ("values/dev.yaml", "dev"), ("values/prod.yaml", "prod"),
    ]  # fmt: skip


def test_a_values_file_that_is_missing_is_named(tmp_path: Path) -> None:
    found = release(
        tmp_path, {"i/main.tf": RELEASE + ' values = [file("${path.module}/no.yaml")]\n}\n'}
    )
    assert [(f.path, f.file) for f in found.values_files] == [("i/no.yaml", None)]


@pytest.mark.parametrize(
    ("condition", "only", "never"),
    [
        ('count = terraform.workspace == "production" ? 1 : 0', ("production",), ()),
        ('count = terraform.workspace != "dev" ? 1 : 0', (), ("dev",)),
        (
            'count = var.environment == "prod" || var.environment == "stage" ? 1 : 0',
            ("prod", "stage"),
            (),
        ),
        ('count = contains(["a", "b"], terraform.workspace) ? 1 : 0', ("a", "b"), ()),
        ('for_each = terraform.workspace == "prod" ? toset(["x"]) : toset([])', ("prod",), ()),
        ("count = local.is_prod ? 1 : 0", ("prod",), ()),
        ("count = local.counts[terraform.workspace]", ("prod",), ()),
        ("count = 1", (), ()),
        ("count = data.x.y.z ? 1 : 0", (), ()),
    ],
)
def test_a_condition_limits_environments(
    tmp_path: Path, condition: str, only: tuple[str, ...], never: tuple[str, ...]
) -> None:
    names = (
        'variable "environment" {\n default = "dev"\n}\nlocals {\n'
        ' is_prod = terraform.workspace == "prod"\n counts = { prod = 2, dev = 0 }\n}\n'
    )
    found = release(tmp_path, {"main.tf": f"{names}{RELEASE} {condition}\n}}\n"})
    assert (found.environments, found.limit.never) == (only, never)
    assert found.condition == condition.partition(" = ")[2]
    assert found.limit.off is False
    assert found.limit.decided is ("data." not in condition)


def test_a_switch_that_is_off_by_default_is_off(tmp_path: Path) -> None:
    source = 'variable "on" {\n default = false\n}\n' + RELEASE + " count = var.on ? 1 : 0\n}\n"
    assert release(tmp_path, {"main.tf": source}).limit.off


def test_a_switch_in_tfvars_limits_to_their_environment(tmp_path: Path) -> None:
    source = 'variable "on" {\n default = false\n}\n' + RELEASE + " count = var.on ? 1 : 0\n}\n"
    files = {"main.tf": source, "prod.tfvars": "on = true\n", "dev.tfvars": "on = false\n"}
    found = release(tmp_path, files).limit
    assert (found.only, found.off) == (("prod",), False)
    assert found.covers("prod")
    assert not found.covers("dev")


def test_the_condition_of_a_calling_module_limits_what_is_inside(tmp_path: Path) -> None:
    found = release(tmp_path, {
        "m/main.tf": RELEASE + "}\n",
        "main.tf": (
            'module "m" {\n source = "./m"\n'
            ' count = terraform.workspace == "prod" ? 1 : 0\n}\n'
        ),
    })  # fmt: skip
    assert found.environments == ("prod",)
    assert found.limit.place is not None
    assert found.limit.place.path == "main.tf"


def test_folders_per_environment_decide_conditions_of_a_shared_module(tmp_path: Path) -> None:
    shared = (
        'variable "environment" {}\n' + RELEASE + ' count = var.environment == "prod" ? 1 : 0\n}\n'
    )
    call = 'module "m" {\n source = "../../modules/m"\n environment = "%s"\n}\n'
    files = {
        "modules/m/main.tf": shared,
        "live/dev/main.tf": call % "dev",
        "live/prod/main.tf": call % "prod",
    }
    assert release(tmp_path, files).environments == ("prod",)


def test_a_manifest_is_text_with_the_line_of_its_content(tmp_path: Path) -> None:
    found = manifest(
        tmp_path,
        (
            'resource "kubectl_manifest" "m" {\n  yaml_body = <<-YAML\n'
            "    kind: Job\n    n: ${var.n}\n  YAML\n}\n"
        ),
    )
    assert found.text is not None
    assert (found.text.text, found.text.place.line, found.text.whole) == (
        "kind: Job\nn: ${var.n}\n",
        3,
        False,
    )


@pytest.mark.parametrize(
    "body", ['{ kind = "Job" }', "yamldecode(<<EOT\nkind: Job\nEOT\n)", "yamldecode(local.t)"]
)
def test_a_manifest_may_be_an_object_or_decoded_text(tmp_path: Path, body: str) -> None:
    locals_ = 'locals {\n t = "kind: Job"\n}\n'
    found = manifest(
        tmp_path, f'{locals_}resource "kubernetes_manifest" "m" {{\n manifest = {body}\n}}\n'
    )
    assert found.text is not None
    assert "Job" in found.text.text
    assert found.text.whole


def test_a_manifest_from_a_file_names_the_file(tmp_path: Path) -> None:
    _, view = given(tmp_path, {
        "main.tf": (
            'resource "kubectl_manifest" "m" {\n'
            ' yaml_body = file("${path.module}/m.yaml")\n}\n'
        ),
        "m.yaml": "kind: Job\n",
    })  # fmt: skip
    (found,) = terraform.manifests(view)
    assert [f.path for f in found.files if f.file] == ["m.yaml"]


def test_samples_and_encrypted_variable_files_set_nothing(tmp_path: Path) -> None:
    source = 'variable "a" {\n default = 1\n}\nlocals {\n x = var.a\n}\nresource "b" "c" {}\n'
    files = {"main.tf": source, "prod.tfvars.example": "a = 2\n", "prod.tfvars.enc": "gibberish"}
    root, view = given(tmp_path, files)
    only = module(view, "")
    assert [v.is_example for v in view.tfvars] == [True]
    assert only.resolve(only.locals["x"]) == 1
    assert root.troubles == []


def test_lists_of_lists_that_multiply_stay_small(tmp_path: Path) -> None:
    lines = [f" l{i} = [local.l{i + 1}, local.l{i + 1}]" for i in range(25)]
    source = "locals {\n x = local.l0\n" + "\n".join(lines) + "\n l25 = 1\n}\n"
    _, view = given(tmp_path, {"main.tf": source})
    (only,) = view.modules
    assert is_small(only.resolve(only.locals["x"]))
