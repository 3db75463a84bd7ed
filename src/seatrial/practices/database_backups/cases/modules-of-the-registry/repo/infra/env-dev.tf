module "orders_dev" {
  source  = "terraform-aws-modules/rds/aws"
  version = "~> 6.0"

  engine                  = "postgres"
  backup_retention_period = 1
  skip_final_snapshot     = true
  deletion_protection     = false
}
