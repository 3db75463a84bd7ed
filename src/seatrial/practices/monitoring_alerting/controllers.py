"""Alerts on what delivers and on the monitoring itself, where its metrics are exposed."""

from __future__ import annotations

from collections.abc import Iterator

from seatrial.kit.planning.rules import Rule, Series
from seatrial.kit.platform.installs import installed
from seatrial.kit.site import Site
from seatrial.practices.monitoring_alerting.standing import Covered

_WEEKS = 14 * 86400


def of_controllers(site: Site[object], seen: Covered) -> Iterator[Rule]:
    """Rules for the controllers that are installed here and that nobody watches."""
    if installed(site, "argo-cd") and not seen.delivery:
        yield from _argo()
    if installed(site, "flagger") and not seen.delivery:
        yield _flagger()
    if installed(site, "ingress-nginx") and not seen.certificates:
        yield from _certificates()
    if not seen.itself:
        yield from _monitoring()


def _argo() -> Iterator[Rule]:
    app = 'name="shop",dest_namespace="shop"'
    here = (("dest_namespace", "shop"), ("name", "shop"))
    out = f'argocd_app_info{{{app},sync_status="OutOfSync",health_status="Healthy"}}'
    sick = f'argocd_app_info{{{app},sync_status="Synced",health_status="Degraded"}}'
    fine = f'argocd_app_info{{{app},sync_status="Synced",health_status="Healthy"}}'
    by = "max by (name, dest_namespace)"
    yield Rule(
        "DeliveryOutOfSync",
        f'{by} (argocd_app_info{{sync_status!="Synced"}}) > 0',
        "ticket",
        "Argo CD has not brought $name into the state of git for 30 minutes",
        "`argocd app get NAME` shows which object fails; `argocd app history NAME` what ran.",
        (Series(out, "1x60"),),
        (Series(fine, "1x60"),),
        45,
        waits="30m",
        carries=here,
    )
    yield Rule(
        "DeliveryDegraded",
        f'{by} (argocd_app_info{{health_status=~"Degraded|Missing"}}) > 0',
        "page",
        "what Argo CD delivers as $name is not healthy",
        "`argocd app get NAME`; when a release did it: return to the version before by a commit.",
        (Series(sick, "1x60"),),
        (Series(fine, "1x60"),),
        30,
        waits="15m",
        carries=here,
    )


def _flagger() -> Rule:
    status = 'flagger_canary_status{name="web",namespace="shop"}'
    return Rule(
        "CanaryWithdrawn",
        "max by (namespace, name) (flagger_canary_status) > 1",
        "ticket",
        "the canary of $namespace/$name was withdrawn",
        "`kubectl describe canary NAME` shows which metric failed.",
        (Series(status, "2x20"),),
        (Series(status, "1x20"),),
        15,
        waits="5m",
        carries=(("name", "web"), ("namespace", "shop")),
    )


def _certificates() -> Iterator[Rule]:
    name = "nginx_ingress_controller_ssl_expire_time_seconds"
    series = f'{name}{{host="shop.example.org"}}'
    here = (("host", "shop.example.org"),)
    for days, severity, word in ((14, "ticket", "Expiring"), (3, "page", "ExpiresNow")):
        yield Rule(
            f"Certificate{word}",
            f"min by (host) ({name} > 0) - time() < {days} * 86400",
            severity,
            f"the certificate of $host ends in less than {days} days",
            "`kubectl describe certificate`, then the order and the challenge behind it: usually a "
            "DNS record or a rate limit of the issuer.",
            (Series(series, f"{(days - 1) * 86400}x120"),),
            (Series(series, f"{_WEEKS * 3}x120"),),
            90,
            waits="1h",
            carries=here,
        )


def _monitoring() -> Iterator[Rule]:
    failed = 'prometheus_rule_evaluation_failures_total{rule_group="slo"}'
    yield Rule(
        "RuleFails",
        "sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[10m])) > 0",
        "ticket",
        "a rule of group $rule_group cannot be evaluated, so its alerts are dead",
        "Prometheus' page of rules shows the error.",
        (Series(failed, "0+1x30"),),
        (Series(failed, "5x30"),),
        25,
        waits="10m",
        carries=(("rule_group", "slo"),),
    )
    lost = 'alertmanager_notifications_failed_total{integration="slack"}'
    yield Rule(
        "NotificationsFail",
        "sum by (integration) (increase(alertmanager_notifications_failed_total[10m])) > 0",
        "page",
        "Alertmanager cannot deliver to $integration",
        "Alertmanager's log names the reason: usually a webhook that was revoked or never set.",
        (Series(lost, "0+1x30"),),
        (Series(lost, "5x30"),),
        25,
        waits="10m",
        carries=(("integration", "slack"),),
    )
