"""Which published modules make a database."""

from __future__ import annotations

import pytest

from seatrial.kit.data.databasetypes import module_engine, module_provider


@pytest.mark.parametrize(
    ("source", "engine"),
    [
        ("terraform-aws-modules/rds/aws", ""),
        ("registry.terraform.io/cloudposse/rds-cluster/aws", ""),
        ("GoogleCloudPlatform/sql-db/google//modules/postgresql", "postgresql"),
        ("app.terraform.io/acme/postgres/azurerm", "postgresql"),
        ("git::https://git.example.org/acme/terraform-aws-aurora.git?ref=v1", ""),
        ("git@git.example.org:acme/terraform-aws-dynamodb.git", "dynamodb"),
        ("git::ssh://git@git.example.org/acme/fabric.git//modules/cloudsql-instance?ref=v1", ""),
    ],
)
def test_a_published_module_is_a_database_by_its_name(source: str, engine: str) -> None:
    assert module_engine(source) == engine


@pytest.mark.parametrize(
    "source",
    [
        "./modules/rds",
        "../rds",
        "terraform-aws-modules/rds/aws//modules/db_parameter_group",
        "terraform-aws-modules/security-group/aws//modules/postgresql",
        "example-org/rds-alarms/aws",
        "terraform-google-modules/sql-db/google//modules/backup",
        "terraform-aws-modules/vpc/aws",
        "",
    ],
)
def test_what_belongs_to_a_database_is_none(source: str) -> None:
    assert module_engine(source) is None


@pytest.mark.parametrize(
    ("source", "provider"),
    [
        ("Azure/postgresql/azurerm", "azurerm"),
        ("git::https://git.example.org/acme/terraform-google-sql.git?ref=v1", "google"),
    ],
)
def test_the_cloud_of_a_module_stands_in_its_name(source: str, provider: str) -> None:
    assert module_provider(source) == provider
