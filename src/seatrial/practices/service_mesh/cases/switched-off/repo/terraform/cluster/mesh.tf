variable "istio_enabled" {
  type = bool
}

resource "helm_release" "istiod" {
  count      = var.istio_enabled ? 1 : 0
  name       = "istiod"
  repository = "https://istio-release.storage.googleapis.com/charts"
  chart      = "istiod"
  namespace  = "istio-system"
}
