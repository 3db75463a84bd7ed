terraform {
  required_version = "1.5.7"
  backend "s3" {
    bucket  = "acme-state"
    key     = "prod/terraform.tfstate"
    region  = "eu-west-1"
    encrypt = false
  }
}

resource "aws_eks_cluster" "main" {
  name = "main"
}
