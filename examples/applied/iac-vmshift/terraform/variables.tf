variable "linode_token" {
  description = "Linode API token"
  type        = string
}

variable "region" {
  description = "Linode region of the cluster"
  type        = string
  default     = "us-east"
}

variable "k8s_version" {
  type    = string
  default = "1.33"
}

variable "node_type" {
  type    = string
  default = "g6-standard-2"
}

variable "node_count" {
  description = "Nodes per workspace"
  type        = map(number)
  default = {
    dev        = 1
    staging    = 2
    production = 3
  }
}

variable "postgres_passwords" {
  description = "Password of the vmshift database per workspace"
  type        = map(string)
}

variable "redis_passwords" {
  description = "Password of Redis per workspace"
  type        = map(string)
}

variable "grafana_admin_password" {
  sensitive = true
  type      = string
}
