"""Whether a name is that of a credential, and whether a value is one written out."""

from __future__ import annotations

from functools import cache
from typing import Final

_PASSWORDS: Final = frozenset({"password", "passwd", "passphrase", "pwd", "pass", "passcode", "pw"})
_PLURALS: Final = {
    "passwords": "password",
    "tokens": "token",
    "secrets": "secret",
    "apikeys": "apikey",
}
_PAIRS: Final = frozenset(
    {
        ("api", "key"),
        ("secret", "key"),
        ("access", "key"),
        ("private", "key"),
        ("encryption", "key"),
        ("signing", "key"),
        ("license", "key"),
        ("master", "key"),
        ("shared", "key"),
        ("account", "key"),
        ("storage", "key"),
        ("auth", "key"),
        ("key", "base"),
        ("webhook", "url"),
        ("slack", "webhook"),
    }
)
_SECRET_OF: Final = frozenset(
    "client jwt app api webhook session cookie shared signing auth oauth consumer encryption"
    " nextauth hmac csrf flask django rails hash token application access secret".split()
)
_ABOUT: Final = frozenset(
    "max min ttl expiry length count limit type name file path url policy ref existing image pull"
    " public csrf next page continuation design hash salt reset".split()
)
"""Words that turn a name into one about a credential (`maxTokens`, `existingSecret`)."""
_WEAK: Final = frozenset(
    "password passw0rd pass postgres postgresql mysql admin administrator root secret test testing"
    " changeme change-me changeit change_me changethis example mysecretpassword my-secret-pw 123456"
    " guest user dev local demo default qwerty foobar foo bar dummy letmein minio minioadmin"
    " rabbitmq redis mongo supersecret".split()
)
_TELLING: Final = (
    "changeme", "change-me", "change_me", "changeit", "example", "1234567", "abcdefg",
)  # fmt: skip
_MARKERS: Final = (
    "your-", "your_", "<", "xxx", "***", "...", "replace", "placeholder", "todo", "redacted",
    "insert", "fill-in", "fillme", "not-set", "notset", "to-be-", "tbd", "goes-here", "goes_here",
    "not-a-real", "not_a_real", "dummy",
    "put-your", "put_your",
)  # fmt: skip
_REFERENCES: Final = (
    "${", "$(", "{{", "<%", "%{", "op://", "vault:", "vault+", "ref+", "enc[", "arn:", "env:",
    "secretref:", "file:", "ssm:", "awssm", "gsm:", "gcpsecret", "sm://", "keyvault", "secrets.",
    "@microsoft.keyvault", "var.", "local.", "data.", "module.", "akv", "doppler", "infisical",
    "azurekeyvault", "bao:", "projects/", "!reference",
)  # fmt: skip
_PUBLIC: Final = (
    "ssh-rsa ", "ssh-ed25519 ", "ecdsa-", "-----begin public key", "-----begin certificate",
    "-----begin rsa public", "$2a$", "$2b$", "$2y$", "$argon2", "$6$", "$5$", "$1$", "$apr1$",
    "{sha", "{ssha", "scram-sha-256$", "sha256:", "sha512:", "pbkdf2", "md5", "age1", "pk_live_",
    "pk_test_",
)  # fmt: skip
_NAMES_OF_SECRETS: Final = (
    "-secret", "-secrets", "-password", "-passwords", "-token", "-tokens", "-key", "-keys",
    "-credentials", "-creds", "-cert", "-tls", "_password", "_token", "_secret", "_key",
)  # fmt: skip
_FILES: Final = (".yaml", ".yml", ".json", ".pem", ".key", ".crt", ".txt", ".env", ".sh", ".sql")
_TOKENS: Final[tuple[tuple[str, int, str], ...]] = (
    ("ghp_", 36, "GitHub token"),
    ("gho_", 36, "GitHub token"),
    ("ghs_", 36, "GitHub token"),
    ("github_pat_", 40, "GitHub token"),
    ("glpat-", 20, "GitLab token"),
    ("xoxb-", 20, "Slack token"),
    ("xoxp-", 20, "Slack token"),
    ("xapp-", 20, "Slack token"),
    ("AIza", 35, "Google API key"),
    ("sk_live_", 20, "Stripe key"),
    ("rk_live_", 20, "Stripe key"),
    ("dop_v1_", 60, "DigitalOcean token"),
    ("npm_", 36, "npm token"),
    ("pypi-AgEI", 40, "PyPI token"),
    ("hvs.", 24, "Vault token"),
    ("SG.", 60, "SendGrid key"),
    ("dckr_pat_", 20, "Docker Hub token"),
    ("sk-ant-", 40, "Anthropic key"),
    ("sk-proj-", 40, "OpenAI key"),
    ("shpat_", 32, "Shopify token"),
    ("AKIA", 16, "AWS access key"),
    ("ASIA", 16, "AWS access key"),
    ("AGE-SECRET-KEY-1", 40, "age key"),
)
_SLACK_HOOK: Final = "hooks.slack.com/services/T"
_MIN_DIGITS: Final = 4


@cache
def words_of(name: str) -> tuple[str, ...]:
    """Words of a key: `dbPassword`, `DB_PASSWORD`, `db-password` are all (`db`, `password`)."""
    out: list[str] = []
    previous = ""
    for char in name:
        if not char.isalnum():
            out.append(" ")
        elif char.isupper() and previous.islower():
            out.append(" " + char)
        else:
            out.append(char)
        previous = char
    return tuple("".join(out).lower().split())


@cache
def is_secret_name(name: str) -> bool:
    """True for a key whose value is a credential, not its name, policy, file or reference."""
    words = words_of(name)
    if not words:
        return False
    last = _PLURALS.get(words[-1], words[-1])
    if not _ABOUT.isdisjoint(words[:-1]) and words[-2:] != ("secret", "token"):
        return False
    if last in _PASSWORDS:
        return True
    if last in {"token", "apikey", "kubeconfig", "pat"}:
        return True
    if last == "secret":
        return name.isupper() or (len(words) > 1 and words[-2] in _SECRET_OF)
    return words[-2:] in _PAIRS


def is_reference(value: str) -> bool:
    """True for a value that points to a secret instead of being one."""
    low = value.strip().lower()
    return low.startswith(("$", "%", "!", "@")) or any(word in low for word in _REFERENCES)


def is_placeholder(value: str) -> bool:
    """True for a value that tells the reader to put another one there."""
    low = value.strip().lower()
    return any(word in low for word in _MARKERS)


def is_weak(name: str, value: str) -> bool:
    """True for a value that everybody would try first."""
    low = value.strip().lower()
    if low in _WEAK or low.rstrip("0123456789!") in _WEAK:
        return True
    if any(word in low for word in _TELLING):
        return True
    return "".join(words_of(name)) == "".join(words_of(value)) or low in words_of(name)


def is_literal(name: str, value: str) -> bool:
    """True when a value under a secret name is a credential written out, weak or not."""
    text = value.strip()
    low = text.lower()
    if not text or len(text) < _MIN_DIGITS or any(c in text for c in " \t\n"):
        return private_key(text)
    if low in {"true", "false", "null", "none", "write", "read", "required", "optional", "file"}:
        return False
    if is_reference(text) or low.startswith(_PUBLIC) or text.startswith(("/", "./", "~")):
        return False
    if "://" in text and not userinfo(text):
        return _SLACK_HOOK in text and not is_placeholder(text)
    if text.isdigit():
        return words_of(name)[-1] in _PASSWORDS
    return not _names_something(text)


def _names_something(text: str) -> bool:
    """True for the name of a secret or file where the secret itself could stand."""
    low = text.lower()
    if low.endswith(_FILES):
        return True
    if text.isupper() and "_" in text and is_secret_name(text.partition("_")[2] or text):
        return True
    if text.replace("_", "").isalpha() and text.isupper():
        return True
    return low == text and low.endswith(_NAMES_OF_SECRETS) and not any(c.isdigit() for c in low)


def userinfo(value: str) -> str:
    """Host of a URL with a written-out password in it; empty without one."""
    scheme, found, rest = value.partition("://")
    if not found or not scheme.replace("+", "").replace("-", "").isalnum() or "@" not in rest:
        return ""
    info, _, host = rest.partition("/")[0].rpartition("@")
    _, colon, password = info.partition(":")
    if not colon or not password or is_reference(password) or password.startswith("{"):
        return ""
    return host.partition("/")[0].partition("?")[0]


def password_of(value: str) -> str:
    """The password inside a URL, for judging it only."""
    info = value.partition("://")[2].partition("/")[0].rpartition("@")[0]
    return info.partition(":")[2]


def private_key(text: str) -> bool:
    """True for the block of a private key with content."""
    head, found, rest = text.partition("PRIVATE KEY-----")
    if not found or not head.rstrip().endswith(
        ("BEGIN", "RSA", "EC", "OPENSSH", "DSA", "ENCRYPTED")
    ):
        return False
    body = rest.partition("-----END")[0].replace("\\n", "").strip()
    return len(body) > 60 and not is_placeholder(body) and "{{" not in body  # noqa: PLR2004 (shorter bodies are samples)


def token_kind(text: str) -> tuple[str, int]:
    """Kind of the well-known token inside a text and where it starts; an empty kind without one."""
    for prefix, length, kind in _TOKENS:
        start = text.find(prefix)
        while start >= 0:
            tail = text[start + len(prefix) : start + len(prefix) + length]
            before = text[start - 1 : start]
            whole = len(tail) == length and all(c.isalnum() or c in "-_." for c in tail)
            if whole and not before.isalnum() and _is_random(tail):
                return kind, start
            start = text.find(prefix, start + 1)
    return "", -1


def _is_random(tail: str) -> bool:
    low = tail.lower()
    if "example" in low or "xxxx" in low or "0000" in low or "fake" in low or "your" in low:
        return False
    return len(set(tail)) > 5 and any(c.isdigit() for c in tail)  # noqa: PLR2004 (a repeated letter is a sample)
