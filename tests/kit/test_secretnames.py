"""Names of credentials, and values that are one."""

from __future__ import annotations

import secrets
import string

import pytest

from seatrial.kit.secrets.secretnames import is_secret_name, userinfo
from seatrial.kit.secrets.secrettypes import is_sample, judged


def random_token(length: int) -> str:
    """Letters and digits of the right shape, made anew in each run, with a digit in it."""
    letters = string.ascii_letters + string.digits
    return "7" + "".join(secrets.choice(letters) for _ in range(length - 1))


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "dbPassword",
        "postgres_passwords",
        "API_TOKEN",
        "apiKey",
        "AWS_SECRET_ACCESS_KEY",
        "SECRET_KEY",
        "SECRET_KEY_BASE",
        "clientSecret",
        "JWT_SECRET",
        "SESSION_SECRET",
        "kubeconfig",
    ],
)
def test_a_name_of_a_credential_is_one(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "passwordKey",
        "existingSecret",
        "secretName",
        "imagePullSecret",
        "PASSWORD_MIN_LENGTH",
        "maxTokens",
        "tokenUrl",
        "passwordHash",
        "secret",
        "publicKey",
        "key",
        "author",
        "TOKEN_EXPIRY_SECONDS",
    ],
)
def test_a_name_about_a_credential_is_none(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "true",
        "${DB_PASSWORD}",
        "$DB_PASSWORD",
        "{{ .Values.password }}",
        "op://vault/item/password",
        "vault:secret/data/app#password",
        "ENC[AES256_GCM,data:abcd]",
        "arn:aws:secretsmanager:eu:1:secret:x",
        "<your password>",
        "your-password-here",
        "REPLACE_ME",
        "xxxxxxxx",
        "db-password",
        "database-credentials",
        "KUBECONFIG_DEV",
        "/run/secrets/password",
        "password.txt",
        "$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZtBxX2yQd4vN0d8uE9xq7oG9z9vYl2",
        "a sentence about passwords",
    ],
)
def test_what_points_to_a_credential_or_asks_for_one_is_none(value: str) -> None:
    assert judged("password", value) is None


def test_a_password_that_is_written_out_is_one() -> None:
    assert judged("password", "Sup3rS3cret!pw") == ("value", False)


@pytest.mark.parametrize("value", ["postgres", "changeme", "admin123", "accounts1234567"])
def test_a_password_that_everybody_would_try_is_weak(value: str) -> None:
    assert judged("POSTGRES_PASSWORD", value) == ("value", True)


@pytest.mark.parametrize(
    ("prefix", "length", "kind"),
    [
        ("ghp_", 36, "GitHub token"),
        ("glpat-", 20, "GitLab token"),
        ("xoxb-", 40, "Slack token"),
        ("AIza", 35, "Google API key"),
        ("sk_live_", 24, "Stripe key"),
        ("AKIA", 16, "AWS access key"),
    ],
)
def test_a_well_known_token_is_one_under_any_name(prefix: str, length: int, kind: str) -> None:
    assert judged("comment", prefix + random_token(length)) == (kind, False)


def test_a_sample_of_a_token_is_none() -> None:
    assert judged("comment", "AKIAIOSFODNN7EXAMPLE") is None
    assert judged("comment", "ghp_" + "x" * 36) is None


def test_a_private_key_is_one_and_a_public_one_is_none() -> None:
    body = random_token(80)
    block = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    assert judged("tls.key", block) == ("private key", False)
    assert judged("tls.crt", block.replace("RSA PRIVATE KEY", "CERTIFICATE")) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgresql://app:s3cr3tpw@db.internal:5432/app", "db.internal:5432"),
        ("redis://:s3cr3tpw@cache:6379/0", "cache:6379"),
        ("postgresql://app:${PASSWORD}@db/app", ""),
        ("https://x-access-token:$TOKEN@github.com/a/b", ""),
        ("https://example.org/a@b:c", ""),
        ("ssh://git@github.com/a/b", ""),
        ("mailto:a@b", ""),
    ],
)
def test_only_a_url_with_a_written_password_names_its_host(url: str, host: str) -> None:
    assert userinfo(url) == host


def test_a_url_to_the_own_machine_is_no_credential() -> None:
    assert judged("DATABASE_URL", "postgresql://app:s3cr3tpw@localhost:5432/app") is None


@pytest.mark.parametrize(
    "path", [".env.example", "tests/conftest.py", "docs/x.env", "a.sample.yml"]
)
def test_samples_and_tests_hold_no_credentials(path: str) -> None:
    assert is_sample(path)


@pytest.mark.parametrize("path", [".env", "chart/values-production.yaml", "k8s/secret.yaml"])
def test_files_that_are_used_are_no_samples(path: str) -> None:
    assert not is_sample(path)
