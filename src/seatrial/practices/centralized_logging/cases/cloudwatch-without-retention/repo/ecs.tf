terraform {
  backend "s3" {
    bucket = "example-state"
    key    = "ecs"
    region = "eu-central-1"
  }
}

resource "aws_cloudwatch_log_group" "api" {
  name = "/ecs/api"
}

resource "aws_cloudwatch_log_group" "flow" {
  name = "/aws/vpc-flow-logs"
}

resource "aws_ecs_task_definition" "api" {
  family = "api"
  container_definitions = jsonencode([{
    name  = "api"
    image = "registry.example.com/api:1.0.0"
    logConfiguration = {
      logDriver = "awslogs"
      options   = { "awslogs-group" = "/ecs/api" }
    }
  }])
}

resource "aws_ecs_service" "api" {
  name            = "api"
  task_definition = aws_ecs_task_definition.api.arn
}
