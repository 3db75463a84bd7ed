terraform {
  required_version = "~> 1.11"
}

resource "aws_route53_zone" "main" {
  name = "example.com"
}
