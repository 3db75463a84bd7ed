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

resource "aws_db_instance" "standby" {
  provider            = aws.second
  replicate_source_db = aws_db_instance.main.arn
}

resource "aws_route53_health_check" "api" {
  fqdn = "api.example.com"
  type = "HTTPS"
}

resource "aws_route53_record" "first" {
  name            = "api.example.com"
  type            = "CNAME"
  ttl             = 60
  set_identifier  = "first"
  health_check_id = aws_route53_health_check.api.id
  failover_routing_policy {
    type = "PRIMARY"
  }
}
