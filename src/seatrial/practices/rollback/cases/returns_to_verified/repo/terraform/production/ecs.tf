terraform {
  required_version = "~> 1.10"
}

resource "aws_ecs_service" "shop" {
  name = "shop"
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}

resource "aws_ecs_service" "blue_green" {
  name = "front"
  deployment_controller {
    type = "CODE_DEPLOY"
  }
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = "arn"
  publish       = true
}

resource "aws_lambda_alias" "resize" {
  name             = "live"
  function_name    = "resize"
  function_version = "7"
}
