resource "linode_lke_cluster" "main" {
  label  = "main"
  region = "eu-central"
}

resource "linode_volume" "data" {
  label = "data"
  tags  = []
}

# resource "aws_budgets_budget" "monthly" {
#   limit_amount = "400"
# }

module "balancer" {
  source  = "terraform-aws-modules/alb/aws"
  version = "9.11.0"
}

module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.13.0"
  tags    = { environment = "production" }
}

module "cluster" {
  source                  = "terraform-google-modules/kubernetes-engine/google"
  version                 = "33.0.0"
  cluster_resource_labels = { mesh_id = "proj-1" }
}
