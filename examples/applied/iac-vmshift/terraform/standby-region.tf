# The second region of production: it runs, follows, and takes over when the first one is gone.
# What stood here before keeps its address; nothing of it is changed.
variable "standby_region" {
  description = "Region that stands by for us-east"
  type        = string
  default     = "us-ord"

  validation {
    condition     = var.standby_region != "us-east"
    error_message = "The standby has to be in another region than us-east."
  }
}

locals {
  standby_count      = contains(["production"], terraform.workspace) ? 1 : 0
  standby_kubeconfig = try(yamldecode(base64decode(linode_lke_cluster.standby[0].kubeconfig)), null)
}

resource "linode_lke_cluster" "standby" {
  count = local.standby_count
  tags  = ["environment:production", "service:vmshift", "managed-by:terraform"]

  label       = "vmshift-${terraform.workspace}-standby"
  region      = var.standby_region
  k8s_version = var.k8s_version

  pool {
    type  = var.node_type
    count = var.node_count[terraform.workspace]
  }
}

output "standby_cluster_id" {
  description = "The cluster in the second region; null where there is none"
  value       = one(linode_lke_cluster.standby[*].id)
}

provider "kubernetes" {
  alias = "standby"

  host                   = try(local.standby_kubeconfig.clusters[0].cluster.server, null)
  token                  = try(local.standby_kubeconfig.users[0].user.token, null)
  cluster_ca_certificate = try(base64decode(local.standby_kubeconfig.clusters[0].cluster["certificate-authority-data"]), null)
}

provider "helm" {
  alias = "standby"

  kubernetes {
    host                   = try(local.standby_kubeconfig.clusters[0].cluster.server, null)
    token                  = try(local.standby_kubeconfig.users[0].user.token, null)
    cluster_ca_certificate = try(base64decode(local.standby_kubeconfig.clusters[0].cluster["certificate-authority-data"]), null)
  }
}

resource "helm_release" "ingress_nginx_standby" {
  count    = local.standby_count
  provider = helm.standby
  atomic   = true

  name             = "ingress-nginx"
  repository       = "https://kubernetes.github.io/ingress-nginx"
  chart            = "ingress-nginx"
  version          = "4.11.3"
  namespace        = "ingress-nginx"
  create_namespace = true

  values = [file("${path.module}/../helm-values/ingress-nginx.yaml")]
}

resource "helm_release" "argocd_standby" {
  count    = local.standby_count
  provider = helm.standby
  atomic   = true

  name             = "argocd"
  repository       = "https://argoproj.github.io/argo-helm"
  chart            = "argo-cd"
  version          = "7.7.11"
  namespace        = "argocd"
  create_namespace = true

  values = [file("${path.module}/../helm-values/argocd.yaml")]
}

# Reads argocd/production-standby, so that the second region is delivered without the first one.
resource "helm_release" "argocd_apps_standby" {
  count    = local.standby_count
  provider = helm.standby

  name       = "argocd-apps"
  repository = "https://argoproj.github.io/argo-helm"
  chart      = "argocd-apps"
  version    = "2.0.2"
  namespace  = helm_release.argocd_standby[0].namespace
  atomic     = true

  values = [yamlencode({
    projects = {
      delivery = {
        namespace    = "argocd"
        description  = "Applications and projects of this cluster, and nothing else"
        sourceRepos  = ["https://github.com/example-org/iac-vmshift.git"]
        destinations = [{ server = "https://kubernetes.default.svc", namespace = "argocd" }]
        namespaceResourceWhitelist = [
          { group = "argoproj.io", kind = "Application" },
          { group = "argoproj.io", kind = "AppProject" },
        ]
      }
    }
    applications = {
      delivery = {
        namespace = "argocd"
        project   = "delivery"
        source = {
          repoURL        = "https://github.com/example-org/iac-vmshift.git"
          targetRevision = "main"
          path           = "argocd/production-standby"
        }
        destination = { server = "https://kubernetes.default.svc", namespace = "argocd" }
        syncPolicy = {
          automated   = { prune = true, selfHeal = true }
          syncOptions = ["PruneLast=true"]
        }
      }
    }
  })]
}

# Each region answers DNS for gslb.example.com and names the region that is healthy.
resource "helm_release" "k8gb" {
  count = local.standby_count

  name             = "k8gb"
  repository       = "https://www.k8gb.io"
  chart            = "k8gb"
  version          = "v0.17.0"
  namespace        = "k8gb"
  create_namespace = true
  atomic           = true

  values = [yamlencode({
    k8gb = {
      dnsZones               = [{ loadBalancedZone = "gslb.example.com", parentZone = "example.com" }]
      clusterGeoTag          = "us-east"
      extGslbClustersGeoTags = var.standby_region
    }
    coredns = { serviceType = "LoadBalancer" }
  })]
}

resource "helm_release" "k8gb_standby" {
  count    = local.standby_count
  provider = helm.standby

  name             = "k8gb"
  repository       = "https://www.k8gb.io"
  chart            = "k8gb"
  version          = "v0.17.0"
  namespace        = "k8gb"
  create_namespace = true
  atomic           = true

  values = [yamlencode({
    k8gb = {
      dnsZones               = [{ loadBalancedZone = "gslb.example.com", parentZone = "example.com" }]
      clusterGeoTag          = var.standby_region
      extGslbClustersGeoTags = "us-east"
    }
    coredns = { serviceType = "LoadBalancer" }
  })]
}
