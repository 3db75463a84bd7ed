resource "linode_lke_cluster" "main" {
  label  = "main"
  region = "eu-central"
  tags   = ["env:production", "owner:platform"]
}

resource "helm_release" "opencost" {
  name       = "opencost"
  repository = "https://opencost.github.io/opencost-helm-chart"
  chart      = "opencost"
  version    = "2.1.0"

  values = [file("${path.module}/opencost.yaml")]
}
