terraform {
  backend "s3" {}
}
resource "aws_db_instance" "orders" {
  engine                  = "postgres"
  backup_retention_period = 3
  storage_encrypted       = false
}
resource "aws_db_instance" "reports" {
  engine = "mysql"
}
resource "aws_db_instance" "orders_replica" {
  replicate_source_db = aws_db_instance.orders.identifier
}
resource "aws_elasticache_cluster" "sessions" {
  engine = "redis"
}
resource "linode_database_postgresql_v2" "ledger" {
  engine_id = "postgresql/16"
}
