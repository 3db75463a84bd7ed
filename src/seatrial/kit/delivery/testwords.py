"""Names of the programs, tasks and actions that run tests; tables only."""

from __future__ import annotations

import enum
from typing import Final


class TestKind(enum.StrEnum):
    """What a run says something about."""

    __test__ = False

    TESTS = "tests"
    VALIDATION = "validation"
    """Checks of infrastructure code: validate, plan, policy, render."""
    LOAD = "load"


_T, _V, _L = TestKind.TESTS, TestKind.VALIDATION, TestKind.LOAD

DIRECT: Final[dict[str, TestKind]] = (
    dict.fromkeys(
        "pytest py.test py.test3 jest vitest mocha ava karma jasmine gotestsum ginkgo rspec"
        " cucumber phpunit pest paratest codecept behat bats ctest parallel_rspec"
        " parallel_cucumber parallel_test nosetests nose2 behave robot pabot stestr zope-"
        " testrunner trial knapsack_pro newman schemathesis st dredd tavern-ci busted prove"
        " green runtests.py run_tests.py cypress-cli testcafe wdio detox maestro karate bru"
        " hurl minitest elm-test ward turbo_tests rails-test tap uvu tape lab nightwatch"
        " codeceptjs protractor cypress-parallel stepci cargo-nextest xcodebuild-test pytest-3"
        " unittest2pytest sbt-test kotest".split(),
        _T,
    )
    | dict.fromkeys(
        "tflint kubeconform kubeval conftest kube-linter kube-score polaris datree pluto"
        " terrascan tfsec checkov chart-testing regula cfn-lint ansible-lint cfn_nag"
        " cfn_nag_scan kubent kubepug gator terraform-compliance terrafirma sentinel".split(),
        _V,
    )
    | dict.fromkeys(
        "k6 xk6 locust artillery vegeta jmeter gatling gatling.sh wrk wrk2 hey oha autocannon"
        " bombardier ghz yandex-tank fortio siege taurus bzt drill goose loadtest h2load"
        " nghttp ab plow tsung pgbench".split(),
        _L,
    )
)

WORDS: Final[dict[str, tuple[tuple[tuple[str, ...], TestKind], ...]]] = {
    "coverage": ((("run",), _T),),
    "go": ((("test",), _T),),
    "cargo": ((("test",), _T), (("nextest",), _T), (("llvm-cov",), _T), (("tarpaulin",), _T)),
    "dotnet": ((("test",), _T), (("vstest",), _T)),
    "deno": ((("test",), _T),),
    "mix": ((("test",), _T), (("coveralls",), _T)),
    "swift": ((("test",), _T),),
    "flutter": ((("test",), _T),),
    "dart": ((("test",), _T),),
    "zig": ((("build", "test"), _T),),
    "lein": ((("test",), _T),),
    "stack": ((("test",), _T),),
    "cabal": ((("test",), _T),),
    "meson": ((("test",), _T),),
    "sbt": ((("test",), _T), (("coverage",), _T)),
    "hatch": ((("test",), _T),),
    "cypress": ((("run",), _T),),
    "playwright": ((("test",), _T),),
    "ng": ((("test",), _T), (("e2e",), _T)),
    "react-scripts": ((("test",), _T),),
    "xcodebuild": ((("test",), _T),),
    "fastlane": ((("test",), _T), (("scan",), _T)),
    "artisan": ((("test",), _T),),
    "rails": ((("test",), _T), (("spec",), _T)),
    "rake": ((("test",), _T), (("spec",), _T), (("cucumber",), _T), (("knapsack:rspec",), _T)),
    "circleci": ((("tests", "run"), _T),),
    "postman": ((("collection", "run"), _T),),
    "skaffold": ((("test",), _T), (("verify",), _T), (("render",), _V), (("diagnose",), _V)),
    "helm": (
        (("lint",), _V),
        (("template",), _V),
        (("unittest",), _V),
        (("test",), _T),
        (("diff",), _V),
    ),
    "terraform": ((("validate",), _V), (("plan",), _V), (("test",), _V)),
    "tofu": ((("validate",), _V), (("plan",), _V), (("test",), _V)),
    "terragrunt": (
        (("validate",), _V),
        (("plan",), _V),
        (("run-all", "validate"), _V),
        (("run-all", "plan"), _V),
        (("hclvalidate",), _V),
        (("validate-all",), _V),
        (("plan-all",), _V),
    ),
    "pulumi": ((("preview",), _V),),
    "cdk": ((("synth",), _V), (("diff",), _V)),
    "sam": ((("validate",), _V),),
    "ct": ((("lint",), _V), (("install",), _V), (("lint-and-install",), _V)),
    "kustomize": ((("build",), _V),),
    "kubectl": ((("kustomize",), _V), (("diff",), _V)),
    "flux": ((("build",), _V), (("diff",), _V)),
    "flux-local": ((("test",), _V), (("build",), _V), (("diff",), _V)),
    "argocd": ((("app", "diff"), _V),),
    "istioctl": ((("analyze",), _V), (("validate",), _V)),
    "kyverno": ((("test",), _V), (("apply",), _V)),
    "opa": ((("test",), _V), (("eval",), _V), (("check",), _V)),
    "helmfile": ((("lint",), _V), (("template",), _V), (("diff",), _V)),
    "promtool": ((("test",), _V), (("check",), _V)),
    "amtool": ((("check-config",), _V),),
    "packer": ((("validate",), _V),),
    "nomad": ((("job", "validate"), _V), (("job", "plan"), _V)),
    "molecule": ((("test",), _V), (("converge",), _V)),
    "az": ((("deployment", "group", "validate"), _V), (("deployment", "group", "what-if"), _V)),
    "bicep": ((("build",), _V), (("lint",), _V)),
}
"""Program -> leading words (flags left out) and what they run."""

PYTHON_MODULES: Final = frozenset(
    "pytest unittest tox nox nose2 nose behave robot trial xmlrunner green slash".split()
)
NODE_RUNNERS: Final = frozenset("npm yarn pnpm bun npx nx turbo lerna rush moon bunx pnpx".split())
TASK_RUNNERS: Final = frozenset(
    "make gmake task just mage rake inv invoke poe hatch pdm rye earthly ant ninja bazel"
    " bazelisk buck2 pants composer tox-run deno bun mise nox doit duty hereby wireit"
    " dagger pixi pipenv poetry".split()
)
JVM: Final = frozenset("mvn mvnw gradle gradlew".split())
JVM_GOALS: Final = frozenset(
    "test verify package install check build integration-test deploy jacocoTestReport"
    " koverVerify allTests connectedCheck connectedAndroidTest".split()
)
TESTISH: Final = frozenset(
    "test tests testing unittest unittests e2e spec specs jest vitest cypress playwright"
    " pytest integration acceptance regression rspec".split()
)
NO_TEST: Final = frozenset(
    "lint build install types typing format fmt clean setup deps up down start stop image"
    " images logs docker-build push publish generate gen prepare data report coverage-"
    " report deploy typecheck mypy docs style create migrate watch release".split()
)
LOADISH: Final = frozenset(
    "load perf performance stress loadtest k6 locust benchmark bench soak".split()
)
TEST_SCRIPTS: Final = frozenset(
    "test tests run_tests run-tests runtests run_test run-test test-all test_all ci-test"
    " e2e e2e-test e2e-tests integration-test integration-tests unit-test unit-tests"
    " run-e2e run_e2e testall smoke-test".split()
)
ACTIONS: Final[dict[str, TestKind]] = {
    "cypress-io/github-action": _T,
    "schemathesis/action": _T,
    "matt-ball/newman-action": _T,
    "anthonyvscode/newman-action": _T,
    "saucelabs/saucectl-run-action": _T,
    "browserstack/github-actions": _T,
    "coverallsapp/knapsack": _T,
    "reactivecircus/android-emulator-runner": _T,
    "artiomtr/jest-coverage-report-action": _T,
    "robherley/go-test-action": _T,
    "grafana/k6-action": _L,
    "grafana/run-k6-action": _L,
    "artilleryio/action-cli": _L,
    "rbhadti94/apache-jmeter-action": _L,
    "qainsights/perfaction": _L,
    "blazemeter/github-action": _L,
    "azure/load-testing": _L,
    "gatling/enterprise-action": _L,
    "terraform-linters/tflint-load-config-action": _V,
    "terraform-linters/tflint-action": _V,
    "bridgecrewio/checkov-action": _V,
    "aquasecurity/tfsec-action": _V,
    "stefanprodan/kube-tools": _V,
    "yannh/kubeconform": _V,
    "docker://ghcr.io/yannh/kubeconform": _V,
    "stackrox/kube-linter-action": _V,
    "dflook/terraform-validate": _V,
    "dflook/terraform-plan": _V,
    "dflook/tofu-validate": _V,
    "dflook/tofu-plan": _V,
    "op5dev/tf-via-pr": _V,
    "instrumenta/conftest-action": _V,
    "azure/k8s-lint": _V,
    "azure/k8s-bake": _V,
    "allenporter/flux-local/action/diff": _V,
    "allenporter/flux-local/action/test": _V,
    "clowdhaus/terraform-composite-actions/pre-commit": _V,
    "hashicorp/tfc-workflows-github/actions/create-run": _V,
    "runatlantis/atlantis": _V,
    "ansible/ansible-lint": _V,
    "ansible/ansible-lint-action": _V,
    "scottbrenner/cfn-lint-action": _V,
}
ACTION_COMMANDS: Final[dict[str, str]] = {
    "gradle/gradle-build-action": "arguments",
    "gradle/actions/setup-gradle": "arguments",
    "actions-rs/cargo": "command",
    "nick-fields/retry": "command",
    "nick-invision/retry": "command",
    "wandalen/wretry.action": "command",
    "devcontainers/ci": "runCmd",
    "gabrielbb/xvfb-action": "run",
    "coactions/setup-xvfb": "run",
    "addnab/docker-run-action": "run",
    "reactivecircus/android-emulator-runner": "script",
}
"""Action -> input that holds a command or arguments."""
HOOKS: Final = frozenset(
    "terraform_validate terraform_tflint terragrunt_validate tflint checkov"
    " terraform_checkov terraform_trivy kubeconform helmlint helm-lint conftest ansible-"
    " lint kube-linter promtool".split()
)
"""Hooks of pre-commit that validate infrastructure."""
