provider "aws" {
  region = "eu-west-1"
}

# The state bucket's provider; nothing runs there.
provider "aws" {
  alias  = "certificates"
  region = "us-east-1"
}

resource "aws_acm_certificate" "cdn" {
  provider    = aws.certificates
  domain_name = "example.com"
}

resource "aws_ecs_service" "api" {
  name               = "api"
  desired_count      = 3
  availability_zones = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
}

resource "aws_db_instance" "main" {
  engine   = "postgres"
  multi_az = true
}

resource "aws_db_instance" "reader" {
  replicate_source_db = aws_db_instance.main.identifier
}
