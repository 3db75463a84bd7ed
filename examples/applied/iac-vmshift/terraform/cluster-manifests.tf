resource "helm_release" "cluster_manifests" {
  name             = "cluster-manifests"
  repository       = "https://argoproj.github.io/argo-helm"
  chart            = "argocd-apps"
  version          = "2.0.2"
  namespace        = "argocd"
  create_namespace = true
  atomic           = true

  values = [file("${path.module}/../helm-values/cluster-manifests.yaml")]
}
