terraform {
  required_version = "~> 1.10"
}

resource "google_cloud_run_v2_service" "front" {
  name = "front"
}

resource "google_cloud_run_v2_service" "api" {
  name = "api"
  template {
    containers {
      image = "api"
      liveness_probe {
        http_get {
          path = "/health"
        }
      }
    }
  }
}

resource "google_clouddeploy_delivery_pipeline" "basket" {
  name = "basket"
  serial_pipeline {
    stages {
      target_id = "staging"
      strategy {
        standard {
          verify = false
        }
      }
    }
  }
}
