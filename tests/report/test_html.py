"""The page: whole in one file, safe, usable without script, readable by everybody."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.record import AuditRecord
from seatrial.model.struct import replace
from seatrial.report import FORMATS
from tests.report.sample_record import EVIL, OPTIONS, clean_record, record, verdict

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """Collects tags, attributes and text, and insists on tags that are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        self.text += data if self.open and self.open[-1] not in {"style", "script"} else ""

    def having(self, tag: str) -> list[dict[str, str]]:
        """Attributes of all elements of this name."""
        return [attributes for name, attributes in self.tags if name == tag]


def html(whole: AuditRecord) -> str:
    return FORMATS["html"](whole, OPTIONS)


@pytest.mark.parametrize("whole", [record(), clean_record(), replace(record(), verdicts=())])
def test_tags_are_balanced_and_ids_are_unique(whole: AuditRecord) -> None:
    ids = [a["id"] for _, a in Page(html(whole)).tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_nothing_is_asked_of_the_network() -> None:
    page = Page(html(record()))
    for name, attributes in page.tags:
        assert name not in {"link", "img", "iframe", "object", "embed", "base"}
        assert not {"src", "srcset", "action", "style", "background"} & attributes.keys()
        assert not [a for a in attributes if a.startswith("on")]
    assert all(a["href"].startswith("#") for a in page.having("a"))
    assert not re.search(r"url\(|@import|https?://", html(record()))


def test_the_policy_allows_the_pages_own_style_and_script_by_hash_only() -> None:
    text = html(record())
    (policy,) = [a["content"] for a in Page(text).having("meta") if "http-equiv" in a]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_every_link_leads_to_something_on_the_page() -> None:
    page = Page(html(record()))
    ids = {a["id"] for _, a in page.tags if "id" in a}
    assert {a["href"][1:] for a in page.having("a")} <= ids


def test_the_grid_is_a_table_with_headings_for_rows_and_columns() -> None:
    scopes = [a["scope"] for a in Page(html(record())).having("th")]
    assert scopes.count("row") == 20
    assert scopes.count("col") == 7


def test_every_status_is_written_out_beside_its_colour() -> None:
    text = Page(html(record())).text
    for word in ("absent", "partial", "present", "proven", "unknown", "not applicable"):
        assert word in text


def test_the_page_works_without_its_script() -> None:
    page = Page(html(record()))
    hidden = [tag for tag, a in page.tags if "hidden" in a]
    assert sorted(hidden) == ["button", "form"]
    assert len(page.having("details")) >= 20


def test_many_findings_of_a_kind_are_folded_and_a_flood_is_cut() -> None:
    flood = replace(verdict(12), findings=(EVIL,) * 3_000)
    text = html(replace(record(), verdicts=(flood,)))
    assert "2990 more of this kind" in text
    assert "2500 more in" in text


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((name, f"{name}-in") for name in ("absent", "partial", "present", "proven", "unknown")),
        ("none", "none-in"),
        ("ink", "page"),
        ("soft", "page"),
        ("soft", "card"),
        ("soft", "code"),
        ("accent", "card"),
        ("accent", "code"),
        ("card", "absent"),
    ],
)
def test_text_stands_out_from_its_ground_in_light_and_dark(
    scheme: int, text: str, ground: str
) -> None:
    style = html(record()).split("<style>")[1]
    colours = [re.findall(rf"--{name}: (#\w{{6}})", style)[scheme] for name in (text, ground)]
    bright, dark = sorted(map(luminance, colours), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_becomes_markup(message: str) -> None:
    plain = Page(html(saying("x")))
    for text in (message, f"</code>{message}<img src=x onerror=y>", f'"><script>{message}`'):
        page = Page(html(saying(text)))
        assert [t for t, _ in page.tags if t != "code"] == [t for t, _ in plain.tags if t != "code"]


def saying(text: str) -> AuditRecord:
    said = replace(EVIL, message=text, environments=(text or "e",), fix=text or "f")
    place = replace(said.place, path=text or "p") if said.place else None
    said = replace(said, place=place, related=(place,) if place else (), requirement=True)
    judged = replace(verdict(12), summary=text, findings=(said,))
    whole = record()
    gap = replace(whole.worst[0], finding=said, fix_command=text or "f")
    trouble = replace(whole.troubles[0], message=text, hint=text or "h")
    return replace(whole, verdicts=(judged,), worst=(gap,), notices=(text,), troubles=(trouble,))
