resource "helm_release" "argo_rollouts" {
  name             = "argo-rollouts"
  repository       = "https://argoproj.github.io/argo-helm"
  chart            = "argo-rollouts"
  version          = "2.40.4"
  namespace        = "argo-rollouts"
  create_namespace = true
  atomic           = true

  values = [file("${path.module}/../helm-values/argo-rollouts.yaml")]
}
