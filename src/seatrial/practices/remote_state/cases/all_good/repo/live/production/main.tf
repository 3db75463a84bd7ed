terraform {
  required_version = "~> 1.11"
  backend "s3" {
    bucket       = "shop-state"
    key          = "production/network.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

provider "aws" {
  region = "eu-west-1"
}

module "network" {
  source     = "../../modules/network"
  cidr_block = "10.1.0.0/16"
}
