# Argo CD reads its Applications and AppProjects from git: this is the one that reads the others.
resource "helm_release" "argocd_apps" {
  name       = "argocd-apps"
  repository = "https://argoproj.github.io/argo-helm"
  chart      = "argocd-apps"
  version    = "2.0.2"
  namespace  = helm_release.argocd.namespace
  atomic     = true

  values = [yamlencode({
    projects = {
      delivery = {
        namespace    = helm_release.argocd.namespace
        description  = "Applications and projects of this cluster, and nothing else"
        sourceRepos  = ["https://github.com/example-org/iac-vmshift.git"]
        destinations = [{ server = "https://kubernetes.default.svc", namespace = helm_release.argocd.namespace }]
        namespaceResourceWhitelist = [
          { group = "argoproj.io", kind = "Application" },
          { group = "argoproj.io", kind = "AppProject" },
        ]
      }
    }
    applications = {
      delivery = {
        namespace = helm_release.argocd.namespace
        project   = "delivery"
        source = {
          repoURL        = "https://github.com/example-org/iac-vmshift.git"
          targetRevision = "main"
          path           = "argocd/${terraform.workspace}"
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
