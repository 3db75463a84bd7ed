# Only the delivery changes what it delivers; the chart says who that is.
resource "helm_release" "delivery_guard" {
  name      = "delivery-guard"
  chart     = "${path.module}/charts/delivery-guard"
  namespace = "kube-system"
  atomic    = true
}
