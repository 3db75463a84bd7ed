"""Topics of a cloud to which alarms are sent and that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seatrial.kit.platform.installs import live_modules, resources, scope_at
from seatrial.kit.site import Site, once
from seatrial.model.finding import Observation, Severity, fault
from seatrial.model.practice import check
from seatrial.practices.monitoring_alerting.settings import Settings

_READERS: Final = (
    "aws_sns_topic_subscription",
    "aws_chatbot_",
    "awscc_chatbot_",
    "aws_lambda_permission",
    "aws_lambda_event_source_mapping",
)
_MODULES: Final = ("notify-slack", "sns", "chatbot", "slack", "opsgenie", "pagerduty")


@check("monitoring-alerting/unread-topic", severity=Severity.MEDIUM)
def unread_topic(site: Site[Settings]) -> Iterator[Observation]:
    """Alarms go to a topic that nobody has subscribed to.

    Why: the alarm turns red, the message is published, and no mailbox, chat or pager gets it.
    Fix: an `aws_sns_topic_subscription` (or a chatbot, or a pager's endpoint) on the topic.
    """
    for _, block in resources(site, "aws_sns_topic"):
        if block.labels[0] == "aws_sns_topic" and block.labels[-1] in unread(site):
            text = f"alarms go to {block.address}, to which nothing here subscribes"
            yield fault(block.place, text, environments=scope_at(site, block.place))


@once
def unread(site: Site[object]) -> frozenset[str]:
    """Names of topics of these repositories to which alarms go and that nothing reads."""
    read = _read(site)
    if "*" in read:
        return frozenset()
    alarmed: set[str] = set()
    for _, block in resources(site, "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite"):
        actions = block.attr("alarm_actions")
        alarmed |= set(topics(actions.references)) if actions else set()
    return frozenset(alarmed - read)


def topics(references: tuple[str, ...]) -> Iterator[str]:
    """Yield the names of topics among references."""
    for reference in references:
        head, _, rest = reference.partition(".")
        if head == "aws_sns_topic":
            yield rest.partition(".")[0]


@once
def _read(site: Site[object]) -> frozenset[str]:
    """Names of topics that something reads; `*` when a module may read any of them."""
    found: set[str] = set()
    for _, block in resources(site, *_READERS):
        for part in block.walk():
            for expression in part.attributes.values():
                found |= set(topics(expression.references))
    for module in live_modules(site):
        for call in module.calls:
            given = any(set(topics(e.references)) for e in call.block.attributes.values())
            if given or any(word in call.source for word in _MODULES):
                found.add("*")
        # A topic whose address leaves the module may be read by whoever calls it.
        for output in module.outputs():
            value = output.attr("value")
            found |= set(topics(value.references)) if value else set()
    return frozenset(found)
