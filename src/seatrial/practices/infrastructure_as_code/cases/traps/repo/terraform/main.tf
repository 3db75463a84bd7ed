module "patches" {
  source  = "terraform-google-modules/gcloud/google//modules/kubectl-wrapper"
  version = "3.5.0"
}

resource "aws_eks_cluster" "main" {
  name = "main"
}

resource "helm_release" "api" {
  name       = "api"
  repository = "https://charts.example.com"
  chart      = "api"
  version    = "1.4.0"
  values     = [file("${path.module}/values/api.yaml")]
}

resource "helm_release" "web" {
  name       = "web"
  repository = "https://charts.example.com"
  chart      = "web"
  version    = "2.0.1"
  values     = [file("${path.module}/values/web.yaml")]
}

resource "null_resource" "restart" {
  provisioner "local-exec" {
    command = <<-EOT
      kubectl get nodes
      kubectl delete pod -A -l app=api
    EOT
  }
}

resource "null_resource" "tidy" {
  provisioner "local-exec" {
    when    = destroy
    command = "kubectl delete namespace shop"
  }
}

variable "name" {}
variable "size" {}

output "name" {
  value = var.name
}

data "http" "policy" {
  url = "https://raw.githubusercontent.com/acme/policies/main/policy.json"
}
