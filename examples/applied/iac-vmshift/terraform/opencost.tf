resource "helm_release" "opencost" {
  name             = "opencost"
  repository       = "https://opencost.github.io/opencost-helm-chart"
  chart            = "opencost"
  version          = "2.5.20"
  namespace        = "opencost"
  create_namespace = true
  atomic           = true

  values = [
    file("${path.module}/../helm-values/opencost.yaml"),
    yamlencode({ opencost = { exporter = { defaultClusterId = terraform.workspace } } }),
  ]
}
