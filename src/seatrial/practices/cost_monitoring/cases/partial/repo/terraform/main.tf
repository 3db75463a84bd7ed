resource "linode_lke_cluster" "main" {
  label  = "main"
  region = "eu-central"
  tags   = ["env:production", "owner:platform"]
}

resource "helm_release" "kubecost" {
  name       = "kubecost"
  repository = "https://kubecost.github.io/cost-analyzer"
  chart      = "cost-analyzer"
  version    = "2.4.1"

  values = [file("${path.module}/kubecost.yaml")]
}

resource "google_billing_budget" "monthly" {
  billing_account = "000000-000000-000000"
  amount {
    specified_amount {
      units = "400"
    }
  }
}
