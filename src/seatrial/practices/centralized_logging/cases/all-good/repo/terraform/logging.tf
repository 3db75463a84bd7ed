terraform {
  backend "s3" {
    bucket       = "example-state"
    key          = "logging"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

resource "helm_release" "loki" {
  name       = "loki"
  repository = "https://grafana-community.github.io/helm-charts"
  chart      = "loki"
  version    = "18.1.0"
  values     = [file("${path.module}/loki.yaml")]
}

resource "helm_release" "alloy" {
  name       = "alloy"
  repository = "https://grafana.github.io/helm-charts"
  chart      = "alloy"
  values     = [file("${path.module}/alloy.yaml")]
}

resource "helm_release" "promtail" {
  count      = 0
  name       = "promtail"
  repository = "https://grafana.github.io/helm-charts"
  chart      = "promtail"
}
