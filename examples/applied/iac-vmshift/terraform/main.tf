resource "linode_lke_cluster" "vmshift" {
  label       = "vmshift-${terraform.workspace}"
  region      = var.region
  k8s_version = var.k8s_version
  tags        = ["environment:${terraform.workspace}", "service:iac-vmshift", "managed-by:terraform"]

  pool {
    type  = var.node_type
    count = var.node_count[terraform.workspace]
  }
}
