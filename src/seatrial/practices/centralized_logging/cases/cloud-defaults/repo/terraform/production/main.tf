terraform {
  backend "gcs" { bucket = "example-state" }
}

resource "google_container_cluster" "shop" {
  name = "shop"
}
