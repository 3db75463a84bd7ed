"""Names that tell databases: images, operators, managed services, client libraries."""

from __future__ import annotations

from typing import Final

ENGINES: Final = {
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
    "surrealdb": "surrealdb",
    "questdb": "questdb",
    "dgraph": "dgraph",
    "arangodb": "arangodb",
    "oracle-xe": "oracle",
    "couchbase": "couchbase",
}
OPERATORS: Final = {
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
MANAGED: Final = {
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
MODULE_WORDS: Final = {
    "rds": "", "aurora": "", "cloudsql": "", "sql": "", "database": "", "databases": "",
    "dynamodb": "dynamodb", "docdb": "mongodb", "documentdb": "mongodb", "mongodb": "mongodb",
    "atlas": "mongodb", "neptune": "neptune", "alloydb": "postgresql", "postgresql": "postgresql",
    "postgres": "postgresql", "pg": "postgresql", "mysql": "mysql", "mariadb": "mariadb",
    "mssql": "sqlserver", "cosmosdb": "cosmosdb", "spanner": "spanner", "firestore": "firestore",
}  # fmt: skip
"""Words in the name of a module that makes a database; empty: an input tells the engine."""
NO_DATABASE: Final = frozenset(
    "proxy subnet parameter option group role iam kms secret secrets alarm alarms monitoring"
    " backup restore user users grant grants credentials security access network dns exporter"
    " lambda snapshot migration dashboard policy peering private endpoint replica gateway client"
    " operator bastion event events lock scheduler autoscaling cloudwatch metrics".split()
)
"""Words in the name of a module that belongs to a database but makes none."""
CLIENTS: Final = frozenset(
    "psycopg psycopg2 psycopg2-binary psycopg-binary asyncpg pg8000 sqlalchemy sqlmodel django"
    " mysqlclient pymysql aiomysql pymongo motor mongoengine peewee tortoise-orm flask-sqlalchemy"
    " alembic pg pg-promise postgres mysql mysql2 mongoose mongodb sequelize typeorm prisma"
    " @prisma/client knex drizzle-orm mikro-orm mongoid activerecord sequel"
    " github.com/lib/pq github.com/jackc/pgx github.com/jackc/pgx/v4 github.com/jackc/pgx/v5"
    " gorm.io/gorm go.mongodb.org/mongo-driver github.com/go-sql-driver/mysql"
    " spring-boot-starter-data-jpa spring-boot-starter-jdbc spring-boot-starter-data-mongodb"
    " postgresql npgsql npgsql.entityframeworkcore.postgresql microsoft.entityframeworkcore"
    " microsoft.entityframeworkcore.sqlserver sqlx diesel tokio-postgres doctrine/orm"
    " illuminate/database laravel/framework".split()
)
"""Libraries whose use shows that an application keeps its data in a database."""

PORTS: Final = {
    5432: "postgresql",
    3306: "mysql",
    27017: "mongodb",
    1433: "sqlserver",
    9042: "cassandra",
    26257: "cockroachdb",
    1521: "oracle",
}
"""Ports on which only a server of that engine (or a proxy of one) listens."""
