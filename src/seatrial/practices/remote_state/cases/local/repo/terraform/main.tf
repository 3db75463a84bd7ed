terraform {
  required_providers {
    linode = {
      source  = "linode/linode"
      version = ">= 2.0"
    }
  }
  # backend "s3" {
  #   bucket = "later"
  # }
}

resource "linode_instance" "web" {
  label  = "web"
  region = "eu-central"
  type   = "g6-nanode-1"
}
