resource "helm_release" "ingress_nginx" {
  name             = "ingress-nginx"
  repository       = "https://kubernetes.github.io/ingress-nginx"
  chart            = "ingress-nginx"
  namespace        = "ingress-nginx"
  atomic           = true
  create_namespace = true

  values  = [file("${path.module}/../helm-values/ingress-nginx.yaml")]
  version = "4.12.0"
}

resource "helm_release" "argocd" {
  name             = "argocd"
  repository       = "https://argoproj.github.io/argo-helm"
  chart            = "argo-cd"
  version          = "7.7.11"
  namespace        = "argocd"
  atomic           = true
  create_namespace = true

  values = [file("${path.module}/../helm-values/argocd.yaml")]
}

moved {
  from = helm_release.prometheus[0]
  to   = helm_release.prometheus
}

resource "helm_release" "prometheus" {
  name             = "prometheus"
  repository       = "https://prometheus-community.github.io/helm-charts"
  chart            = "prometheus"
  namespace        = "monitoring"
  atomic           = true
  create_namespace = true

  values = [
    file("${path.module}/../helm-values/prometheus.yaml"),
    file("${path.module}/../helm-values/alerts.yaml"),
    yamlencode({
      server = { global = { external_labels = { environment = terraform.workspace } } }
      serverFiles = merge(
        { "prometheus.yml" = { rule_files = ["/etc/config/recording_rules.yml", "/etc/config/alerting_rules.yml", "/etc/config/rules", "/etc/config/alerts", "/etc/config/*.yaml"] } },
        { for name in fileset("${path.module}/../monitoring/rules", "*.yaml") : name => yamldecode(file("${path.module}/../monitoring/rules/${name}")) },
        { for name in fileset("${path.module}/../monitoring/rules/${terraform.workspace}", "*.yaml") : name => yamldecode(file("${path.module}/../monitoring/rules/${terraform.workspace}/${name}")) },
      )
    }),
  ]
  version = "26.1.0"
}

moved {
  from = helm_release.grafana[0]
  to   = helm_release.grafana
}

resource "helm_release" "grafana" {
  name             = "grafana"
  repository       = "https://grafana.github.io/helm-charts"
  chart            = "grafana"
  namespace        = "monitoring"
  atomic           = true
  create_namespace = true

  values  = [file("${path.module}/../helm-values/grafana.yaml")]
  version = "8.8.2"

  set {
    name  = "adminPassword"
    value = var.grafana_admin_password
  }
}
