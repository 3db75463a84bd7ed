resource "kubernetes_namespace" "vmshift" {
  metadata {
    annotations = {
      "linkerd.io/inject" = "enabled"
    }
    name = "vmshift-${terraform.workspace}"
  }
}

resource "kubernetes_secret" "credentials" {
  metadata {
    name      = "vmshift-credentials"
    namespace = kubernetes_namespace.vmshift.metadata[0].name
  }

  data = {
    POSTGRES_PASSWORD = var.postgres_passwords[terraform.workspace]
    REDIS_PASSWORD    = var.redis_passwords[terraform.workspace]
  }
}

# Identity of the pipelines
resource "kubernetes_service_account" "ci_deployer" {
  metadata {
    name      = "ci-deployer"
    namespace = "kube-system"
  }
}
