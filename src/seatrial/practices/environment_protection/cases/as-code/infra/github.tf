resource "github_repository_environment" "production" {
  repository  = "shop"
  environment = "production"
}

resource "github_repository_environment" "staging" {
  repository  = "shop"
  environment = "staging"
  reviewers {
    users = [1]
  }
}

resource "google_clouddeploy_target" "production" {
  name     = "production"
  location = "europe-west1"
}
