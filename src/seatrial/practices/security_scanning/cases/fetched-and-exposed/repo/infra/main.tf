terraform {
  required_version = ">= 1.10"
}

resource "aws_security_group" "task" {
  ingress {
    protocol    = "tcp"
    from_port   = 8080
    to_port     = 8080
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "login" {
  type        = "ingress"
  protocol    = "tcp"
  from_port   = 22
  to_port     = 22
  cidr_blocks = ["0.0.0.0/0"]
}

resource "google_compute_firewall" "database" {
  name          = "database"
  network       = "default"
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["443", "5432"]
  }
}

resource "google_compute_firewall" "inside" {
  name          = "inside"
  network       = "default"
  source_ranges = ["10.0.0.0/8"]
  allow {
    protocol = "all"
  }
}

resource "azurerm_network_security_rule" "desktop" {
  access                 = "Allow"
  direction              = "Inbound"
  protocol               = "Tcp"
  source_address_prefix  = "*"
  destination_port_range = "3389"
}

resource "aws_lb_listener" "web" {
  port       = 443
  protocol   = "HTTPS"
  ssl_policy = "ELBSecurityPolicy-2016-08"
}

resource "azurerm_storage_account" "files" {
  min_tls_version = "TLS1_2"
}

module "cluster" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 21.0"

  endpoint_public_access = true
}

module "limited" {
  source  = "terraform-aws-modules/eks/aws"
  version = "~> 21.0"

  endpoint_public_access       = true
  endpoint_public_access_cidrs = ["203.0.113.0/24"]
}
