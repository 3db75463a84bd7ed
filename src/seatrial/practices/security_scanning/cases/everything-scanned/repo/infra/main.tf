terraform {
  required_version = ">= 1.10"
}
resource "linode_firewall" "web" {
  label = "web"
  inbound {
    label    = "web"
    action   = "ACCEPT"
    protocol = "TCP"
    ports    = "80,443"
    ipv4     = ["0.0.0.0/0"]
  }
  inbound_policy  = "DROP"
  outbound_policy = "ACCEPT"
}
resource "linode_instance" "web" {
  label = "web"
}
