"""Which databases a system has, where each stands, and who is responsible for it.

A cache is no database; SQLite on a volume is one (PRACTICES.md, "How a verdict is reached").
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.kit.site import Site, once
from seatrial.kit.workloads import workloads
from seatrial.model.place import Place
from seatrial.repo.hcl import Block


class Source(enum.StrEnum):
    """Where a database is declared."""

    WORKLOAD = "workload"
    OPERATOR = "operator"
    MANAGED = "managed"
    RELEASE = "release"
    COMPOSE = "compose"


@dataclass(frozen=True, slots=True)
class Database:
    """One database.

    Attributes:
        engine: `postgresql`, `mysql`, `mongodb`, ...
        environments: environments that have it; empty when tied to none.
        block: the Terraform block of a managed one.
    """

    engine: str
    name: str
    source: Source
    place: Place
    environments: tuple[str, ...] = ()
    block: Block | None = None


_ENGINES: Final = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "postgis": "postgresql",
    "timescaledb": "postgresql",
    "pgvector": "postgresql",
    "spilo": "postgresql",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "percona": "mysql",
    "mongo": "mongodb",
    "mongodb": "mongodb",
    "cockroach": "cockroachdb",
    "cassandra": "cassandra",
    "scylla": "cassandra",
    "couchdb": "couchdb",
    "neo4j": "neo4j",
    "mssql": "sqlserver",
    "clickhouse": "clickhouse",
    "influxdb": "influxdb",
    "dynamodb-local": "dynamodb",
}
_OPERATORS: Final = {
    ("postgresql.cnpg.io", "Cluster"): "postgresql",
    ("acid.zalan.do", "postgresql"): "postgresql",
    ("postgres-operator.crunchydata.com", "PostgresCluster"): "postgresql",
    ("kubedb.com", "Postgres"): "postgresql",
    ("stackgres.io", "SGCluster"): "postgresql",
    ("mysql.oracle.com", "InnoDBCluster"): "mysql",
    ("pxc.percona.com", "PerconaXtraDBCluster"): "mysql",
    ("psmdb.percona.com", "PerconaServerMongoDB"): "mongodb",
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): "mongodb",
    ("k8s.mariadb.com", "MariaDB"): "mariadb",
}
_MANAGED: Final = {
    "aws_db_instance": "",
    "aws_rds_cluster": "",
    "aws_docdb_cluster": "mongodb",
    "aws_dynamodb_table": "dynamodb",
    "aws_neptune_cluster": "neptune",
    "google_sql_database_instance": "",
    "google_spanner_instance": "spanner",
    "google_alloydb_cluster": "postgresql",
    "google_firestore_database": "firestore",
    "azurerm_postgresql_server": "postgresql",
    "azurerm_postgresql_flexible_server": "postgresql",
    "azurerm_mysql_flexible_server": "mysql",
    "azurerm_mssql_database": "sqlserver",
    "azurerm_cosmosdb_account": "cosmosdb",
    "linode_database_postgresql": "postgresql",
    "linode_database_postgresql_v2": "postgresql",
    "linode_database_mysql": "mysql",
    "linode_database_mysql_v2": "mysql",
    "digitalocean_database_cluster": "",
    "mongodbatlas_cluster": "mongodb",
    "mongodbatlas_advanced_cluster": "mongodb",
    "scaleway_rdb_instance": "",
    "hcloud_managed_database": "",
    "neon_project": "postgresql",
    "supabase_project": "postgresql",
    "ovh_cloud_project_database": "",
}
_MANAGED_MODULES: Final = {
    "terraform-aws-modules/rds/aws": "",
    "terraform-aws-modules/rds-aurora/aws": "",
    "terraform-google-modules/sql-db/google": "",
    "terraform-aws-modules/dynamodb-table/aws": "dynamodb",
}
CLIENTS: Final = frozenset(
    "psycopg psycopg2 psycopg2-binary psycopg-binary asyncpg pg8000 sqlalchemy sqlmodel django mysqlclient pymysql"
    " aiomysql pymongo motor mongoengine peewee tortoise-orm flask-sqlalchemy alembic pg mysql mysql2 mongoose mongodb"
    " sequelize typeorm prisma @prisma/client knex drizzle-orm mikro-orm mongoid activerecord sequel"
    " github.com/lib/pq github.com/jackc/pgx github.com/jackc/pgx/v5 gorm.io/gorm go.mongodb.org/mongo-driver"
    " github.com/go-sql-driver/mysql spring-boot-starter-data-jpa spring-boot-starter-jdbc postgresql"
    " npgsql npgsql.entityframeworkcore.postgresql microsoft.entityframeworkcore sqlx diesel tokio-postgres"
    " doctrine/orm illuminate/database".split()
)
"""Libraries whose use shows that an application keeps its data in a database."""


def engine_of(image: str) -> str:
    """Engine of a container image; empty for anything but a database server."""
    name = (image.rpartition("@")[0] or image).rpartition("/")[2].partition(":")[0].lower()
    if any(
        w in name
        for w in ("exporter", "backup", "operator", "client", "admin", "init", "proxy", "express")
    ):
        return ""
    for word, engine in _ENGINES.items():
        if name == word or name.startswith((word + "-", word + "_")) or name.endswith("-" + word):
            return engine
    if name.endswith(("postgresql", "postgres")):
        return "postgresql"
    return ""


@once
def databases(site: Site[object]) -> tuple[Database, ...]:
    """Databases that run somewhere; a compose file counts only when it is how the system runs."""
    found = [*_workloads(site), *_operators(site), *_managed(site), *_releases(site)]
    if not found:
        found.extend(_composed(site))
    return tuple(dict.fromkeys(found))


@once
def clients(site: Site[object]) -> tuple[tuple[str, Place], ...]:
    """Database libraries of the application, development dependencies left out."""
    return tuple(
        (d.name, d.place) for d in site.repo.dependencies if not d.dev and d.name.lower() in CLIENTS
    )


def _workloads(site: Site[object]) -> Iterator[Database]:
    for workload in workloads(site):
        for image in workload.images:
            engine = engine_of(image)
            if engine:
                yield Database(
                    engine, workload.name, Source.WORKLOAD, workload.place, workload.environments
                )
                break


def _operators(site: Site[object]) -> Iterator[Database]:
    for manifest in site.repo.manifests:
        group = manifest.api_version.partition("/")[0]
        engine = _OPERATORS.get((group, manifest.kind))
        if engine:
            name = f"{manifest.kind}/{manifest.name}"
            yield Database(engine, name, Source.OPERATOR, manifest.place(), manifest.environments)


def _managed(site: Site[object]) -> Iterator[Database]:
    for module in site.repo.terraform.modules:
        if module.is_example:
            continue
        for block in module.blocks:
            if block.type == "resource" and block.labels and block.labels[0] in _MANAGED:
                yield Database(
                    _declared_engine(block), block.address, Source.MANAGED, block.place, block=block
                )
            source = block.attr("source") if block.type == "module" else None
            if source is not None:
                name = source.text.strip('"').partition("//")[0]
                if name in _MANAGED_MODULES:
                    engine = _declared_engine(block) or "database"
                    yield Database(engine, block.address, Source.MANAGED, block.place, block=block)


def _declared_engine(block: Block) -> str:
    fixed = _MANAGED.get(block.labels[0], "") if block.labels else ""
    written = next(
        (e.text.strip('"') for e in (block.attr("engine"), block.attr("database_version")) if e), ""
    )
    return fixed or written.lower() or "database"


def _releases(site: Site[object]) -> Iterator[Database]:
    for release in site.repo.helm_releases:
        engine = engine_of(release.chart)
        if engine:
            yield Database(
                engine, release.name, Source.RELEASE, release.place, release.environments
            )
    for chart in site.repo.charts:
        for dependency in chart.dependencies:
            engine = engine_of(dependency.name)
            if engine and not any(engine_of(i) for w in workloads(site) for i in w.images):
                yield Database(engine, f"chart {dependency.name}", Source.RELEASE, dependency.place)


def _composed(site: Site[object]) -> Iterator[Database]:
    for compose in site.repo.compose:
        for service in compose.services:
            engine = engine_of(service.image)
            if engine:
                yield Database(engine, f"service {service.name}", Source.COMPOSE, service.place)
