terraform {
  backend "s3" {
    bucket       = "example-state"
    key          = "shop"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

resource "aws_ecs_service" "web" {
  name = "web"
}

resource "aws_sns_topic" "nobody" {
  name = "alarms"
}

resource "aws_sns_topic" "people" {
  name = "pages"
}

resource "aws_sns_topic_subscription" "pager" {
  topic_arn = aws_sns_topic.people.arn
  protocol  = "https"
  endpoint  = "https://events.pagerduty.com/integration/fake/enqueue"
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name    = "latency"
  alarm_actions = [aws_sns_topic.nobody.arn]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name    = "errors"
  alarm_actions = [aws_sns_topic.people.arn]
}

resource "aws_cloudwatch_metric_alarm" "muted" {
  alarm_name      = "muted"
  actions_enabled = false
  alarm_actions   = [aws_sns_topic.people.arn]
}
