terraform {
  backend "s3" {}
}
variable "db_password" {
  type = string
}
resource "aws_db_instance" "shop" {
  engine   = "postgres"
  username = "shop"
  password = var.db_password
}
resource "random_password" "cache" {
  length = 32
}
