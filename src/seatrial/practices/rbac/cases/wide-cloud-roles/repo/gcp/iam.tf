terraform {
  backend "gcs" { bucket = "example-state" }
}

resource "google_service_account" "build_pr" {
  account_id = "build-pr"
}

resource "google_service_account" "shop_staging" {
  account_id = "shop-staging"
}

resource "google_service_account" "shop_production" {
  account_id = "shop-production"
}

module "bindings" {
  source   = "terraform-google-modules/iam/google//modules/projects_iam"
  version  = "8.0.0"
  projects = [var.project]

  bindings = {
    "roles/logging.logWriter" = [
      "serviceAccount:${google_service_account.shop_production.email}",
    ]
    "roles/container.developer" = [
      "serviceAccount:${google_service_account.build_pr.email}",
    ]
    "roles/cloudsql.client" = [
      "serviceAccount:${google_service_account.shop_staging.email}",
      "serviceAccount:${google_service_account.shop_production.email}",
    ]
  }
}

resource "google_project_iam_member" "deployer" {
  for_each = toset(["roles/run.admin", "roles/logging.logWriter"])
  project  = var.project
  role     = each.value
  member   = "serviceAccount:deployer@example.iam.gserviceaccount.com"
}

resource "google_artifact_registry_repository_iam_member" "build_pr" {
  repository = "shop"
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${google_service_account.build_pr.email}"
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "github"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_key" "deployer" {
  service_account_id = "deployer"
}

# Its own cache harms nobody.
resource "google_storage_bucket_iam_member" "cache" {
  bucket = google_storage_bucket.build_cache_pr.name
  role   = "roles/storage.admin"
  member = "serviceAccount:${google_service_account.build_pr.email}"
}
