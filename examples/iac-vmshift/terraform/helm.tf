resource "helm_release" "ingress_nginx" {
  name             = "ingress-nginx"
  repository       = "https://kubernetes.github.io/ingress-nginx"
  chart            = "ingress-nginx"
  namespace        = "ingress-nginx"
  create_namespace = true

  values = [file("${path.module}/../helm-values/ingress-nginx.yaml")]
}

resource "helm_release" "argocd" {
  name             = "argocd"
  repository       = "https://argoproj.github.io/argo-helm"
  chart            = "argo-cd"
  version          = "7.7.11"
  namespace        = "argocd"
  create_namespace = true

  values = [file("${path.module}/../helm-values/argocd.yaml")]
}

resource "helm_release" "prometheus" {
  count = terraform.workspace == "production" ? 1 : 0

  name             = "prometheus"
  repository       = "https://prometheus-community.github.io/helm-charts"
  chart            = "prometheus"
  namespace        = "monitoring"
  create_namespace = true

  values = [
    file("${path.module}/../helm-values/prometheus.yaml"),
    file("${path.module}/../helm-values/alerts.yaml"),
  ]
}

resource "helm_release" "grafana" {
  count = terraform.workspace == "production" ? 1 : 0

  name             = "grafana"
  repository       = "https://grafana.github.io/helm-charts"
  chart            = "grafana"
  namespace        = "monitoring"
  create_namespace = true

  values = [file("${path.module}/../helm-values/grafana.yaml")]

  set {
    name  = "adminPassword"
    value = var.grafana_admin_password
  }
}
