resource "linode_lke_cluster" "main" {
  label  = "main"
  region = "eu-central"
}

resource "linode_volume" "data" {
  label = "data"
  tags  = []
}

# resource "aws_budgets_budget" "monthly" {
#   limit_amount = "400"
# }
