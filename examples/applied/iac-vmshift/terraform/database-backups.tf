# Backups of the databases lie in another region than the cluster: what takes one does not take both.

provider "linode" {
  alias = "backups"
  token = var.linode_token

  # Settings of a bucket are written with a key that lives as long as the run.
  obj_use_temp_keys = true
}

resource "linode_object_storage_bucket" "database_backups" {
  provider = linode.backups
  count    = contains(["production", "staging"], terraform.workspace) ? 1 : 0

  label  = "${linode_lke_cluster.vmshift.label}-database-backups"
  region = "us-ord"

  # Whoever holds the key below can delete what is there, and not what was there.
  versioning = true

  lifecycle_rule {
    id      = "replaced"
    enabled = true

    abort_incomplete_multipart_upload_days = 7

    noncurrent_version_expiration {
      days = 30
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}

# Reads and writes this bucket only.
resource "linode_object_storage_key" "database_backups" {
  count = contains(["production", "staging"], terraform.workspace) ? 1 : 0

  label = "${linode_lke_cluster.vmshift.label}-database-backups"

  bucket_access {
    bucket_name = linode_object_storage_bucket.database_backups[0].label
    region      = linode_object_storage_bucket.database_backups[0].region
    permissions = "read_write"
  }
}

# Encrypts the backups. Without it they cannot be read: keep a copy outside of this system.
resource "random_password" "database_backups" {
  length  = 48
  special = false

  lifecycle {
    ignore_changes = all
  }
}

resource "kubernetes_secret" "database_backups" {
  count = contains(["production", "staging"], terraform.workspace) ? 1 : 0

  metadata {
    name      = "database-backups"
    namespace = kubernetes_namespace.vmshift.metadata[0].name
  }

  data = {
    S3_ENDPOINT           = "https://${linode_object_storage_bucket.database_backups[0].s3_endpoint}"
    S3_BUCKET             = linode_object_storage_bucket.database_backups[0].label
    AWS_ACCESS_KEY_ID     = linode_object_storage_key.database_backups[0].access_key
    AWS_SECRET_ACCESS_KEY = linode_object_storage_key.database_backups[0].secret_key
    RESTIC_PASSWORD       = random_password.database_backups.result
  }
}
