resource "helm_release" "loki" {
  name             = "loki"
  repository       = "https://grafana-community.github.io/helm-charts"
  chart            = "loki"
  version          = "18.13.1"
  namespace        = "logging"
  create_namespace = false
  atomic           = true

  values = [
    file("${path.module}/../helm-values/loki.yaml"),
    yamlencode({
      loki = {
        storage = {
          type = "s3"
          bucketNames = {
            chunks = linode_object_storage_bucket.loki.label
            ruler  = linode_object_storage_bucket.loki.label
            admin  = linode_object_storage_bucket.loki.label
          }
          s3 = {
            endpoint         = linode_object_storage_bucket.loki.s3_endpoint
            region           = linode_object_storage_bucket.loki.region
            s3ForcePathStyle = true
          }
        }
      }
    }),
  ]

  depends_on = [kubernetes_namespace.logging, kubernetes_secret.loki_bucket]
}

resource "kubernetes_namespace" "logging" {
  metadata {
    name = "logging"
  }
}

resource "linode_object_storage_bucket" "loki" {
  label  = "${linode_lke_cluster.vmshift.label}-loki"
  region = var.region

  # Later than Loki's own retention, or index and chunks disagree.
  lifecycle_rule {
    id      = "forgotten"
    enabled = true

    abort_incomplete_multipart_upload_days = 7

    expiration {
      days = 45
    }
  }
}

# Reads and writes this bucket only.
resource "linode_object_storage_key" "loki" {
  label = "${linode_lke_cluster.vmshift.label}-loki"

  bucket_access {
    bucket_name = linode_object_storage_bucket.loki.label
    region      = var.region
    permissions = "read_write"
  }
}

resource "kubernetes_secret" "loki_bucket" {
  metadata {
    name      = "loki-bucket"
    namespace = kubernetes_namespace.logging.metadata[0].name
  }

  data = {
    AWS_ACCESS_KEY_ID     = linode_object_storage_key.loki.access_key
    AWS_SECRET_ACCESS_KEY = linode_object_storage_key.loki.secret_key
  }
}
