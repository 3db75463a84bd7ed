module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.13.0"
}

resource "aws_eks_cluster" "main" {
  name = "main"
}

variable "region" {}

resource "null_resource" "wait" {
  provisioner "local-exec" {
    command = "kubectl wait --for=condition=Ready nodes --all"
  }
  provisioner "local-exec" {
    when    = destroy
    command = "kubectl delete namespace shop"
  }
}
