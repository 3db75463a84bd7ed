terraform {
  backend "gcs" { bucket = "example-state" }
}

resource "helm_release" "prometheus" {
  count      = terraform.workspace == "production" ? 1 : 0
  name       = "prometheus"
  repository = "https://prometheus-community.github.io/helm-charts"
  chart      = "prometheus"
  values = [<<-YAML
    alertmanager:
      config:
        route: {receiver: default}
        receivers:
          - name: default
    serverFiles:
      alerting_rules.yml:
        groups: []
  YAML
  ]
}
