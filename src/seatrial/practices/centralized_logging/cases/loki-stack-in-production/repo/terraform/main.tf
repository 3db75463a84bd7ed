terraform {
  backend "gcs" { bucket = "example-state" }
}

resource "helm_release" "loki" {
  count      = terraform.workspace == "production" ? 1 : 0
  name       = "loki"
  repository = "https://grafana.github.io/helm-charts"
  chart      = "loki-stack"
  values     = [file("${path.module}/loki.yaml")]
}

resource "helm_release" "loki_new" {
  count      = terraform.workspace == "production" ? 1 : 0
  name       = "loki-new"
  repository = "https://grafana.github.io/helm-charts"
  chart      = "loki"
}
