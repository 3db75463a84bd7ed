"""The report as one page that needs nothing else: no request leaves it, nothing runs but its own.

Style and script stand in `templates/`; the page's content security policy names them by hash.
"""

from __future__ import annotations

from functools import cache

from seatrial.model.record import AuditRecord, Gap, TroubleRecord, Verdict
from seatrial.report.html_parts import (
    GLYPHS,
    badge,
    command,
    message,
    place,
    safe,
    severity,
    tags,
    words,
)
from seatrial.report.html_practice import section
from seatrial.report.options import Options
from seatrial.report.phrases import (
    STATUSES,
    VERDICT_RULES,
    encodable,
    environments,
    fault_totals,
    no_gap,
    plural,
    proof_age,
    repository_line,
    verdicts,
)

_MANY_ENVIRONMENTS = 5


def render(record: AuditRecord, options: Options) -> str:
    """The whole page."""
    names = ", ".join(repository.name for repository in record.repositories)
    worst = {gap.practice.id for gap in record.worst}
    alone = len(record.verdicts) == 1
    sections = "".join(
        section(v, record, options, opened=alone or v.practice.id in worst)
        for v in verdicts(record)
    )
    page = (
        _head(f"seatrial audit: {names}")
        + _top(record)
        + '<main id="main" class="wrap">'
        + _headline(record)
        + _tally(record)
        + _grid(record)
        + f'<section aria-labelledby="practices"><div class="bar"><h2 id="practices">Every practice'
        f'</h2><button type="button" id="unfold" hidden>Open all</button></div>{sections}</section>'
        + _troubles(record)
        + _about(record)
        + f"</main><script>{_part('report.js')}</script></body></html>\n"
    )
    return encodable(page)


@cache
def _part(name: str) -> str:
    from importlib.resources import files

    return files("seatrial.report").joinpath(f"templates/{name}").read_text("utf-8")


def _hash(text: str) -> str:
    import base64
    import hashlib

    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _head(title: str) -> str:
    style, script = _part("report.css"), _part("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{safe(title)}</title><style>{style}</style></head><body>"
        '<a class="skip" href="#main">Skip to the report</a>'
    )


def _top(record: AuditRecord) -> str:
    scope = "".join(
        f"<li><b>{safe(r.name)}</b> <span>{safe(r.role)}</span>"
        + (f" <code>{safe(r.commit[:12])}</code>" if r.commit else "")
        + "</li>"
        for r in record.repositories
    )
    day = f"{record.at.day} {record.at:%B %Y, %H:%M} {record.at.tzname() or ''}".rstrip()
    return (
        '<header class="top"><div class="wrap"><p class="brand">seatrial <span>audit</span></p>'
        f'<ul class="scope">{scope}</ul>'
        f'<p class="when"><time datetime="{record.at.isoformat()}">{day}</time></p></div></header>'
    )


def _headline(record: AuditRecord) -> str:
    title = '<section class="worst" aria-labelledby="worst"><h1 id="worst">'
    title += "What would hurt first</h1>"
    if not record.worst:
        return f'{title}<p class="lead">{no_gap(record)}</p></section>'
    gaps = "".join(_gap(gap, record) for gap in record.worst)
    return f'{title}<ol class="gaps">{gaps}</ol></section>'


def _gap(gap: Gap, record: AuditRecord) -> str:
    finding = gap.finding
    target = f'<a href="#{safe(gap.practice.id)}">{safe(gap.practice.title)}</a>'
    where = f"<p>{place(finding.place, record)}</p>" if finding.place else ""
    fix = (
        command("Fix", gap.fix_command)
        if gap.fix_command
        else command("By hand, see", f"seatrial explain {finding.rule}")
    )
    drill = command("Prove", gap.drill_command) if gap.drill_command else ""
    return (
        f'<li class="gap {finding.severity.word}"><p class="of">{severity(finding.severity)} '
        f'{target}</p><p class="what">{message(finding.message, 600)}{tags(finding.environments)}'
        f'</p>{where}<div class="commands">{fix}{drill}</div></li>'
    )


def _tally(record: AuditRecord) -> str:
    counts = [(status, record.count(status)) for status in STATUSES]
    x, bars = 0, ""
    for status, count in counts:
        bars += (
            f'<rect class="{status}" x="{x}" y="0" width="{count}" height="1"/>' if count else ""
        )
        x += count
    label = ", ".join(f"{count} {words(status)}" for status, count in counts if count)
    items = "".join(
        f'<li class="{status}"><b>{count}</b> <span class="glyph" aria-hidden="true">'
        f"{GLYPHS[status]}</span> {words(status)}</li>"
        for status, count in counts
        if count
    )
    return (
        f'<section class="tally" aria-label="Totals"><svg viewBox="0 0 {max(x, 1)} 1" '
        f'preserveAspectRatio="none" role="img" aria-label="{label}">{bars}</svg>'
        f"<ul>{items}</ul><p>{fault_totals(record)}. Score {record.score} of 100.</p></section>"
    )


def _grid(record: AuditRecord) -> str:
    names = environments(record)
    heads = "".join(f'<th scope="col" class="env">{safe(name)}</th>' for name in names)
    rows = "".join(_row(verdict, names) for verdict in verdicts(record))
    many = " many" if len(names) > _MANY_ENVIRONMENTS else ""
    return (
        '<section aria-labelledby="grid"><div class="bar"><h2 id="grid">Practices by environment'
        '</h2><form class="filter" role="search" hidden><output for="filter" id="shown">'
        '</output><label for="filter">Filter</label>'
        '<input id="filter" type="search" placeholder="name, file, rule, status" '
        'autocomplete="off" spellcheck="false"></form>'
        '</div><div class="scroll" role="region" aria-labelledby="grid" tabindex="0">'
        f'<table class="grid{many}"><thead><tr><th scope="col" class="number">#</th>'
        f'<th scope="col">practice</th>{heads}<th scope="col">overall</th>'
        f'<th scope="col" class="proof">proof</th></tr></thead><tbody>{rows}</tbody></table></div>'
        "</section>"
    )


def _row(verdict: Verdict, names: tuple[str, ...]) -> str:
    statuses = dict(verdict.by_environment)
    cells = "".join(
        f'<td class="env">{badge(statuses[name]) if name in statuses else ""}</td>'
        for name in names
    )
    practice = verdict.practice
    return (
        f'<tr data-for="{safe(practice.id)}"><td class="number">{practice.number}</td>'
        f'<th scope="row"><a href="#{safe(practice.id)}">{safe(practice.title)}</a></th>{cells}'
        f'<td class="overall">{badge(verdict.status)}</td>'
        f'<td class="proof">{proof_age(verdict)}</td></tr>'
    )


def _troubles(record: AuditRecord) -> str:
    if not record.troubles and not record.notices:
        return ""
    parts = [f'<p class="notice">{message(notice)}</p>' for notice in record.notices]
    if record.troubles:
        count = plural(len(record.troubles), "thing")
        parts.append(f"<p>{count} could not be read; what depends on it is unknown.</p>")
        items = "".join(_trouble(trouble, record) for trouble in record.troubles)
        parts.append(f'<ul class="findings troubles">{items}</ul>')
    return (
        '<section aria-labelledby="troubles"><h2 id="troubles">Troubles and notices</h2>'
        f"{''.join(parts)}</section>"
    )


def _trouble(trouble: TroubleRecord, record: AuditRecord) -> str:
    where = f"<p>{place(trouble.place, record)}</p>" if trouble.place else ""
    hint = f'<p class="see">hint: {message(trouble.hint)}</p>' if trouble.hint else ""
    return f"<li><p>{message(trouble.message)}</p>{where}{hint}</li>"


def _about(record: AuditRecord) -> str:
    by_word = {words(status): status for status in STATUSES}
    rules = "".join(
        f"<div><dt>{badge(by_word[word])}</dt><dd>{meaning}</dd></div>"
        for word, meaning in VERDICT_RULES
    )
    seen = "".join(f"<li>{safe(repository_line(r))}</li>" for r in record.repositories)
    return (
        '<section class="reached" aria-labelledby="reached"><h2 id="reached">How a verdict is '
        f'reached</h2><dl class="legend">{rules}</dl><p>A practice is judged in each environment; '
        "the same everywhere is its verdict, and a piece anywhere with a gap anywhere is partial. "
        "A waived fault does not count. Nothing of the repositories was run.</p>"
        f"</section><footer><ul>{seen}</ul><p>seatrial {safe(record.tool_version)}</p></footer>"
    )
