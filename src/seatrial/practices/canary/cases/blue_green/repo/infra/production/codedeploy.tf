resource "aws_codedeploy_deployment_group" "shop" {
  app_name               = "shop"
  deployment_group_name  = "shop-production"
  service_role_arn       = "arn:aws:iam::000000000000:role/codedeploy"
  deployment_config_name = "CodeDeployDefault.ECSAllAtOnce"

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }
}

resource "aws_ecs_service" "shop" {
  name = "shop"
}

terraform {
  backend "s3" {
    bucket = "shop-state"
    key    = "production"
    region = "eu-west-1"
  }
}

provider "aws" {
  region = "eu-west-1"
}
