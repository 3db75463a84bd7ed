terraform {
  backend "gcs" { bucket = "example-state" }
}

module "istio" {
  source  = "registry.example.com/platform/istio/kubernetes"
  version = "2.1.0"
}
