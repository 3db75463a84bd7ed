resource "helm_release" "alloy" {
  name             = "alloy"
  repository       = "https://grafana.github.io/helm-charts"
  chart            = "alloy"
  version          = "1.11.1"
  namespace        = "logging"
  create_namespace = true
  atomic           = true

  values = [
    file("${path.module}/../helm-values/alloy.yaml"),
    yamlencode({ alloy = { extraEnv = [{ name = "NODE_NAME", valueFrom = { fieldRef = { fieldPath = "spec.nodeName" } } }, { name = "ENVIRONMENT", value = terraform.workspace }] } }),
  ]
}
