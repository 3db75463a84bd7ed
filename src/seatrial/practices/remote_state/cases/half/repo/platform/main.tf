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

resource "random_string" "database" {
  length = 20
}

resource "random_string" "suffix" {
  length = 6
}

resource "random_password" "cache" {
  length = 20
}

resource "aws_db_instance" "main" {
  identifier = "main-${random_string.suffix.result}"
  password   = random_string.database.result
}

resource "aws_secretsmanager_secret" "cache" {
  name          = "cache-${random_string.suffix.result}"
  secret_string = random_password.cache.result
}
