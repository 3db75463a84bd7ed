terraform {
  backend "s3" {
    bucket = "example-state"
    key    = "app"
    region = "eu-central-1"
  }
}

resource "aws_ecs_service" "api" {
  name = "api"
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 3
  alarm_actions       = []
}
