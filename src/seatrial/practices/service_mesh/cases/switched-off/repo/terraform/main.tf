terraform {
  backend "gcs" { bucket = "example-state" }
}

module "cluster" {
  source        = "./cluster"
  istio_enabled = var.istio_enabled
}
