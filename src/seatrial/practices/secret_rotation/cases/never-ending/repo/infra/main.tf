variable "database_password" {
  type      = string
  sensitive = true
}

resource "random_string" "suffix" {
  length = 4
}

resource "random_string" "database" {
  length = 20
}

resource "random_password" "reports" {
  length = 20
}

resource "aws_rds_cluster" "orders" {
  cluster_identifier = "orders-${random_string.suffix.result}"
  engine             = "aurora-postgresql"
  master_password    = random_string.database.result
}

resource "aws_rds_cluster" "reports" {
  engine          = "aurora-postgresql"
  master_password = random_password.reports.result
}

resource "aws_secretsmanager_secret" "orders" {
  name = "orders"
}

resource "aws_secretsmanager_secret_version" "orders" {
  secret_id     = aws_secretsmanager_secret.orders.id
  secret_string = var.database_password
}

resource "helm_release" "orders" {
  name  = "orders"
  chart = "oci://ghcr.io/example-org/charts/orders"
  values = [yamlencode({
    database = { password = var.database_password, host = "db" }
  })]
}

resource "helm_release" "reports" {
  name  = "reports"
  chart = "oci://ghcr.io/example-org/charts/reports"
  set {
    name  = "database.existingSecret"
    value = aws_secretsmanager_secret.orders.name
  }
}
