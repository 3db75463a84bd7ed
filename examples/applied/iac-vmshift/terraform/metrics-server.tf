resource "helm_release" "metrics_server" {
  name             = "metrics-server"
  repository       = "https://kubernetes-sigs.github.io/metrics-server"
  chart            = "metrics-server"
  version          = "3.13.0"
  namespace        = "kube-system"
  create_namespace = true
  atomic           = true

  values = [file("${path.module}/../helm-values/metrics-server.yaml")]
}
