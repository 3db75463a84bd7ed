provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = {
      environment = "production"
      owner       = "platform"
    }
  }
}

resource "aws_eks_cluster" "main" {
  name = "main"
}

resource "helm_release" "opencost" {
  name       = "opencost"
  repository = "https://opencost.github.io/opencost-helm-chart"
  chart      = "opencost"
  version    = "2.1.0"
}

resource "aws_budgets_budget" "monthly" {
  budget_type  = "COST"
  limit_amount = "400"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "FORECASTED"
    subscriber_email_addresses = ["ops@example.com"]
  }
}

resource "aws_bcmdataexports_export" "monthly" {
  export {
    name = "monthly"
  }
}
