# Argo CD reads the objects of previews from git, in the cluster of the environment that has them.
resource "helm_release" "argocd_previews" {
  count = fileexists("${path.module}/../previews/${terraform.workspace}/applicationset.yaml") ? 1 : 0

  name       = "argocd-previews"
  repository = "https://argoproj.github.io/argo-helm"
  chart      = "argocd-apps"
  version    = "2.0.2"
  namespace  = helm_release.argocd.namespace
  atomic     = true

  values = [yamlencode({
    projects = {
      previews-delivery = {
        namespace    = helm_release.argocd.namespace
        description  = "The set of previews and its project, nothing else"
        sourceRepos  = ["https://github.com/example-org/iac-vmshift.git"]
        destinations = [{ server = "https://kubernetes.default.svc", namespace = helm_release.argocd.namespace }]
        namespaceResourceWhitelist = [
          { group = "argoproj.io", kind = "ApplicationSet" },
          { group = "argoproj.io", kind = "AppProject" },
        ]
      }
    }
    applications = {
      previews = {
        namespace = helm_release.argocd.namespace
        project   = "previews-delivery"
        source = {
          repoURL        = "https://github.com/example-org/iac-vmshift.git"
          targetRevision = "main"
          path           = "previews/dev"
        }
        destination = { server = "https://kubernetes.default.svc", namespace = helm_release.argocd.namespace }
        syncPolicy = {
          automated   = { prune = true, selfHeal = true }
          syncOptions = ["PruneLast=true"]
        }
      }
    }
  })]
}
