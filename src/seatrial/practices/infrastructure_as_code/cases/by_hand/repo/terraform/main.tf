resource "aws_eks_cluster" "main" {
  name = "main"
}

resource "helm_release" "ingress" {
  count      = terraform.workspace == "production" ? 1 : 0
  name       = "ingress-nginx"
  repository = "https://kubernetes.github.io/ingress-nginx"
  chart      = "ingress-nginx"

  values = [file("${path.module}/values/ingress.yaml")]
}

module "vpc" {
  source = "terraform-aws-modules/vpc/aws"
}
