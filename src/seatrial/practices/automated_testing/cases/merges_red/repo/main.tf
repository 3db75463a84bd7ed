terraform {
  required_version = ">= 1.10"
  backend "s3" {
    bucket = "state"
    key    = "network"
    region = "eu-west-1"
  }
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
