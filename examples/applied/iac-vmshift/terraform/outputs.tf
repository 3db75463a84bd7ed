output "cluster_id" {
  value = linode_lke_cluster.vmshift.id
}

output "api_endpoints" {
  value = linode_lke_cluster.vmshift.api_endpoints
}

output "kubeconfig" {
  value     = linode_lke_cluster.vmshift.kubeconfig
  sensitive = true
}

output "postgres_password" {
  value     = var.postgres_passwords[terraform.workspace]
  sensitive = true
}
