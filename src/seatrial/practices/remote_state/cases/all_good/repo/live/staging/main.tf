terraform {
  required_version = "~> 1.11"
  backend "s3" {}
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

module "network" {
  source     = "../../modules/network"
  cidr_block = "10.2.0.0/16"
}
