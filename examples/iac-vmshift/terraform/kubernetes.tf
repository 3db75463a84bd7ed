resource "kubernetes_namespace" "vmshift" {
  metadata {
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

resource "kubernetes_cluster_role_binding" "ci_deployer" {
  metadata {
    name = "ci-deployer"
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"
  }

  subject {
    kind      = "ServiceAccount"
    name      = kubernetes_service_account.ci_deployer.metadata[0].name
    namespace = "kube-system"
  }
}

resource "kubernetes_secret" "ci_deployer_token" {
  metadata {
    name      = "ci-deployer-token"
    namespace = "kube-system"
    annotations = {
      "kubernetes.io/service-account.name" = kubernetes_service_account.ci_deployer.metadata[0].name
    }
  }

  type = "kubernetes.io/service-account-token"
}
