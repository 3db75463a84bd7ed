"""Who is granted what: bindings of manifests, of Terraform and of commands, as one type."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.delivery.releases import releases
from seatrial.kit.platform.installs import resources, scope_at
from seatrial.kit.platform.live import live_manifests
from seatrial.kit.platform.rbac import ALL, Binding, Policy, Role, Rule, Subject, is_everything
from seatrial.kit.site import Site, once
from seatrial.model.place import Place
from seatrial.model.struct import struct
from seatrial.repo.infrastructure.hcl import Block
from seatrial.repo.infrastructure.tfmodules import Module
from seatrial.repo.kubernetes.manifests import Manifest
from seatrial.repo.yaml import Node

CLUSTER_ADMIN = "cluster-admin"


@struct(eq=False)
class Grant:
    """A binding with what it grants.

    Attributes:
        shown: how a reader calls it.
        rules: empty when the role is not in the files.
    """

    shown: str
    binding: Binding
    rules: tuple[Rule, ...]
    place: Place
    environments: tuple[str, ...]

    @property
    def is_cluster_wide(self) -> bool:
        """True for a ClusterRoleBinding."""
        return not self.binding.namespace

    @property
    def grants_everything(self) -> bool:
        """True for cluster-admin or a role that equals it."""
        return self.binding.role == CLUSTER_ADMIN or is_everything(self.rules)

    @property
    def who(self) -> str:
        """The subjects, in the reader's words."""
        named = [f"{s.kind} {s.name}" for s in self.binding.subjects if s.name]
        return ", ".join(named) or "nobody in particular"


@struct(eq=False)
class DeclaredRole:
    """A Role or ClusterRole with its place."""

    shown: str
    role: Role
    place: Place
    environments: tuple[str, ...]


@once
def roles(site: Site[object]) -> tuple[DeclaredRole, ...]:
    """All roles that the repositories declare."""
    found = [
        DeclaredRole(f"{m.kind}/{m.name}", _role(m), m.place(), m.environments)
        for m in live_manifests(site)
        if m.kind in {"Role", "ClusterRole"}
    ]
    for module, block in resources(site, "kubernetes_role", "kubernetes_cluster_role"):
        if "binding" not in block.labels[0]:
            name, namespace = _metadata(module, block)
            rules = tuple(_tf_rule(module, b) for b in block.children("rule"))
            is_cluster = "cluster_role" in block.labels[0]
            role = Role(name, "" if is_cluster else namespace or "default", rules)
            found.append(
                DeclaredRole(block.address, role, block.place, scope_at(site, block.place))
            )
    return tuple(found)


@once
def grants(site: Site[object]) -> tuple[Grant, ...]:
    """All bindings that the repositories declare or that their pipelines make."""
    policy = Policy(tuple(d.role for d in roles(site)), ())
    made = [*_of_manifests(site), *_of_terraform(site), *_of_commands(site)]
    return tuple(
        Grant(shown, binding, policy.rules_of(binding), place, environments)
        for shown, binding, place, environments in made
    )


def privileged_accounts(site: Site[object]) -> frozenset[str]:
    """Names of ServiceAccounts that hold everything, cluster-wide."""
    return frozenset(
        s.name
        for g in grants(site)
        if g.is_cluster_wide and g.grants_everything
        for s in g.binding.subjects
        if s.kind == "ServiceAccount"
    )


def is_narrow(rules: tuple[Rule, ...]) -> bool:
    """True for rules that say what is needed: no wildcard verb on a wildcard resource."""
    return bool(rules) and not any(
        ALL in r.resources or (ALL in r.verbs and ALL in r.groups) for r in rules
    )


_Found = tuple[str, Binding, Place, tuple[str, ...]]


def _of_manifests(site: Site[object]) -> Iterator[_Found]:
    for m in live_manifests(site):
        if m.kind not in {"RoleBinding", "ClusterRoleBinding"}:
            continue
        reference = m.node.at("roleRef")
        namespace = (m.namespace or "default") if m.kind == "RoleBinding" else ""
        subjects = tuple(
            Subject(s.at("kind").text, s.at("name").text, s.at("namespace").text or m.namespace)
            for s in m.node.at("subjects").items()
        )
        role = reference.at("name").text
        binding = Binding(m.name, namespace, reference.at("kind").text, role, subjects)
        yield f"{m.kind}/{m.name}", binding, m.place("roleRef", "name"), m.environments


def _of_terraform(site: Site[object]) -> Iterator[_Found]:
    wanted = ("kubernetes_role_binding", "kubernetes_cluster_role_binding")
    for module, block in resources(site, *wanted):
        name, namespace = _metadata(module, block)
        reference = block.child("role_ref")
        if reference is None:
            continue
        is_cluster = "cluster_role_binding" in block.labels[0]
        subjects = tuple(
            Subject(
                module.text(b.attr("kind")),
                _short(module.text(b.attr("name"))),
                module.text(b.attr("namespace")),
            )
            for b in block.children("subject")
        )
        binding = Binding(
            name,
            "" if is_cluster else namespace or "default",
            module.text(reference.attr("kind")),
            _role_name(module, module.text(reference.attr("name"))),
            subjects,
        )
        yield block.address, binding, block.place, scope_at(site, block.place)


def _role_name(module: Module, text: str) -> str:
    """Name of the role that a reference (`kubernetes_role.ci.metadata[0].name`) leads to."""
    kind, _, rest = text.strip("${}").partition(".")
    if text.startswith("${") and kind.startswith(("kubernetes_role", "kubernetes_cluster_role")):
        label = rest.partition(".")[0].partition("[")[0]
        for block in module.resources(kind):
            if block.labels[1:] == (label,):
                return _metadata(module, block)[0]
    return text


def _short(text: str) -> str:
    """A computed name by the resource that gives it: `kubernetes_service_account.ci` -> `ci`."""
    if not text.startswith("${"):
        return text
    parts = text.strip("${}").split(".")
    return parts[1] if len(parts) > 1 else text


def _of_commands(site: Site[object]) -> Iterator[_Found]:
    for release in releases(site):
        for act in release.acts:
            command = act.command
            if command is None or not command.starts("kubectl", "create"):
                continue
            words = command.words
            if words[1:2] not in {("clusterrolebinding",), ("rolebinding",)}:
                continue
            subjects = []
            for flag, kind in (
                ("--serviceaccount", "ServiceAccount"),
                ("--group", "Group"),
                ("--user", "User"),
            ):
                value = command.flag(flag)
                if value:
                    namespace, _, name = (
                        value.rpartition(":") if kind[0] == "S" else ("", "", value)
                    )
                    subjects.append(Subject(kind, name, namespace))
            is_cluster = words[1] == "clusterrolebinding"
            role = command.flag("--clusterrole") or command.flag("--role") or ""
            kind = "ClusterRole" if command.flag("--clusterrole") else "Role"
            name = words[2] if len(words) > 2 else ""  # noqa: PLR2004 (verb, kind, name)
            where = "" if is_cluster else command.flag("-n", "--namespace") or "default"
            binding = Binding(name, where, kind, role, tuple(subjects))
            yield f"`kubectl create {words[1]}`", binding, act.place, ()


def _role(manifest: Manifest) -> Role:
    rules = tuple(_rule(n) for n in manifest.node.at("rules").items())
    selectors = tuple(
        {k: v.text for k, v in s.at("matchLabels").pairs()}
        for s in manifest.node.at("aggregationRule", "clusterRoleSelectors").items()
    )
    namespace = (manifest.namespace or "default") if manifest.kind == "Role" else ""
    return Role(manifest.name, namespace, rules, manifest.labels, selectors)


def _rule(node: Node) -> Rule:
    def texts(key: str) -> tuple[str, ...]:
        return tuple(n.text for n in node.at(key).listed())

    return Rule(
        texts("verbs"),
        texts("apiGroups"),
        texts("resources"),
        texts("resourceNames"),
        texts("nonResourceURLs"),
    )


def _tf_rule(module: Module, block: Block) -> Rule:
    def texts(key: str) -> tuple[str, ...]:
        value = module.resolve(block.attr(key))
        return tuple(str(v) for v in value) if isinstance(value, list) else ()

    return Rule(
        texts("verbs"),
        texts("api_groups"),
        texts("resources"),
        texts("resource_names"),
        texts("non_resource_urls"),
    )


def _metadata(module: Module, block: Block) -> tuple[str, str]:
    metadata = block.child("metadata")
    if metadata is None:
        return block.labels[-1], ""
    return module.text(metadata.attr("name")), module.text(metadata.attr("namespace"))
