provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias  = "second"
  region = "eu-central-1"
}

resource "aws_ecs_service" "api" {
  name = "api"
}

resource "aws_ecs_service" "api_second" {
  provider = aws.second
  name     = "api"
}

resource "aws_db_instance" "main" {
  engine = "postgres"
}

resource "aws_route53_record" "api" {
  name           = "api.example.com"
  type           = "CNAME"
  ttl            = 3600
  set_identifier = "first"
  latency_routing_policy {
    region = "eu-west-1"
  }
}
