terraform {
  required_version = ">= 1.10"
}
resource "linode_instance" "web" {
  label = "web"
}
