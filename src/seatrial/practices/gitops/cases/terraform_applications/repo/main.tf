terraform {
  backend "s3" {}
}

resource "kubernetes_manifest" "shop" {
  manifest = {
    apiVersion = "argoproj.io/v1alpha1"
    kind       = "Application"
    metadata = {
      name      = "shop-production"
      namespace = "argocd"
    }
    spec = {
      project = "shop"
      sources = [
        {
          repoURL        = "ghcr.io/acme/charts"
          chart          = "shop"
          targetRevision = "1.4.0"
          helm = {
            valueFiles = ["$values/values/production.yaml"]
          }
        },
        {
          repoURL        = "https://github.com/acme/infra"
          targetRevision = "main"
          ref            = "values"
        },
      ]
      destination = {
        server    = "https://kubernetes.default.svc"
        namespace = "shop-production"
      }
      syncPolicy = {
        automated = {
          prune    = true
          selfHeal = true
        }
      }
    }
  }
}

resource "argocd_application" "shop_staging" {
  metadata {
    name = "shop-staging"
  }
  spec {
    project = "shop"
    source {
      repo_url        = "https://github.com/acme/infra"
      path            = "charts/shop"
      target_revision = "main"
    }
    destination {
      namespace = "shop-staging"
    }
  }
}
