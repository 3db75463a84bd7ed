terraform {
  backend "gcs" { bucket = "example-state" }
}

module "logging" {
  source = "git::https://git.example.com/platform/terraform-logging.git?ref=v2"
}

resource "kubernetes_deployment" "api" {
  metadata { name = "api" }
}
