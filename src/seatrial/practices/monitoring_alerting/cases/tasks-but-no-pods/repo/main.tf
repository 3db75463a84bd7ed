terraform {
  backend "s3" {
    bucket       = "example-state"
    key          = "shop"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

variable "insights" {
  default = "enabled"
}

resource "aws_ecs_cluster" "shop" {
  name = "shop"
  setting {
    name  = "containerInsights"
    value = var.insights
  }
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
