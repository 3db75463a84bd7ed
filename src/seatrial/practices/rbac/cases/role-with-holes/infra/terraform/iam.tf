terraform {
  backend "gcs" { bucket = "example-state" }
}

resource "google_project_iam_member" "ci" {
  project = "example"
  role    = "roles/editor"
  member  = "serviceAccount:ci@example.iam.gserviceaccount.com"
}
