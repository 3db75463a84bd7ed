terraform {
  backend "s3" {
    bucket       = "example-state"
    key          = "shop"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

resource "aws_cloudwatch_log_group" "tasks" {
  name              = "shop"
  retention_in_days = 30
}

resource "aws_ecs_task_definition" "jobs" {
  family = "jobs"
  container_definitions = jsonencode([{
    name             = "jobs"
    image            = "registry.example.com/jobs:1"
    logConfiguration = { logDriver = "awslogs" }
  }])
}

resource "aws_eks_cluster" "shop" {
  name = "shop"
}

resource "aws_eks_addon" "adot" {
  cluster_name         = aws_eks_cluster.shop.name
  addon_name           = "adot"
  configuration_values = local.collector
}

locals {
  collector = jsonencode({ collector = { otlpIngest = { pipelines = { traces = { xray = { enabled = true } } } } } })
}
