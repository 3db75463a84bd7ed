module "orders" {
  source  = "terraform-aws-modules/rds/aws"
  version = "~> 6.0"

  engine                  = "postgres"
  backup_retention_period = 14
  skip_final_snapshot     = true
  deletion_protection     = false
}

module "users" {
  source = "git::https://git.example.org/platform/terraform-aws-aurora.git?ref=v3.2.0"
  engine = "aurora-mysql"
}

module "events" {
  source  = "cloudposse/dynamodb/aws"
  version = "0.36.0"

  enable_point_in_time_recovery = false
}

module "reports" {
  source              = "Azure/postgresql/azurerm"
  version             = "3.1.1"
  deletion_protection = true
}

# These belong to databases and are none.
module "orders_alarms" {
  source = "example-org/rds-alarms/aws"
}

module "orders_group" {
  source = "terraform-aws-modules/security-group/aws//modules/postgresql"
}
