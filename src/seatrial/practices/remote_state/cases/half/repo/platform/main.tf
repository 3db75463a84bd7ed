terraform {
  required_version = "~> 1.11"
  cloud {
    organization = "acme"
    workspaces {
      name = "platform"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
