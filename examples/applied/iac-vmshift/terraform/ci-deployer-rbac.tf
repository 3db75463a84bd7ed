# What the delivery may do, in its own namespace only: what the charts render, and Helm's own records in Secrets.
# It cannot read other namespaces, run commands in pods, or give itself more rights than these.
resource "kubernetes_role" "ci_deployer" {
  metadata {
    name      = "ci-deployer"
    namespace = kubernetes_namespace.vmshift.metadata[0].name
  }

  # Helm keeps each release in a Secret; create and list cannot be narrowed by name.
  rule {
    api_groups = [""]
    resources  = ["configmaps", "persistentvolumeclaims", "secrets", "serviceaccounts", "services"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["apps"]
    resources  = ["deployments"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["argoproj.io"]
    resources  = ["analysistemplates", "rollouts"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["autoscaling"]
    resources  = ["horizontalpodautoscalers"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["batch"]
    resources  = ["cronjobs", "jobs"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["monitoring.coreos.com"]
    resources  = ["podmonitors", "prometheusrules", "servicemonitors"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["networking.k8s.io"]
    resources  = ["ingresses", "networkpolicies"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["policy"]
    resources  = ["poddisruptionbudgets"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  rule {
    api_groups = ["policy.linkerd.io"]
    resources  = ["authorizationpolicies", "httproutes", "meshtlsauthentications", "networkauthentications", "servers"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  # The API server refuses any rule that the delivery does not hold itself.
  rule {
    api_groups = ["rbac.authorization.k8s.io"]
    resources  = ["rolebindings", "roles"]
    verbs      = ["create", "delete", "get", "list", "patch", "update", "watch"]
  }

  # Only looked at, while a release waits.
  rule {
    api_groups = [""]
    resources  = ["pods"]
    verbs      = ["get", "list", "watch"]
  }

  # Only looked at, while a release waits.
  rule {
    api_groups = ["apps"]
    resources  = ["replicasets"]
    verbs      = ["get", "list", "watch"]
  }
}

resource "kubernetes_role_binding" "ci_deployer" {
  metadata {
    name      = "ci-deployer"
    namespace = kubernetes_namespace.vmshift.metadata[0].name
  }

  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "Role"
    name      = kubernetes_role.ci_deployer.metadata[0].name
  }

  subject {
    kind      = "ServiceAccount"
    name      = kubernetes_service_account.ci_deployer.metadata[0].name
    namespace = "kube-system"
  }
}
