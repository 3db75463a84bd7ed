terraform {
  required_version = ">= 1.10"
  backend "s3" {
    bucket         = "acme-state"
    key            = "prod/terraform.tfstate"
    region         = "eu-west-1"
    dynamodb_table = "terraform-locks"
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_s3_bucket" "state" {
  bucket = "acme-state"
}
