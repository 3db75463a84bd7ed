terraform {
  required_version = "~> 1.10"
}

resource "aws_ecs_service" "worker" {
  name = "worker"
}

resource "aws_ecs_service" "batch" {
  name = "batch"
  deployment_circuit_breaker {
    enable   = true
    rollback = false
  }
}

resource "aws_codedeploy_deployment_group" "front" {
  app_name              = "front"
  deployment_group_name = "front"
  service_role_arn      = "arn"
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = "arn"
}

resource "helm_release" "search" {
  name  = "search"
  chart = "../charts/search"
}

resource "google_clouddeploy_delivery_pipeline" "basket" {
  name = "basket"
}
