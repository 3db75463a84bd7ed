module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.13.0"
}

resource "aws_eks_cluster" "main" {
  name = "main"
}
