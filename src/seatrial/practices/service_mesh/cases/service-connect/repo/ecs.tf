terraform {
  backend "s3" {
    bucket       = "example-state"
    key          = "ecs"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

resource "aws_ecs_service" "orders" {
  name    = "orders"
  cluster = "shop"

  service_connect_configuration {
    enabled   = true
    namespace = "shop"
    service {
      port_name = "http"
      client_alias {
        port = 80
      }
    }
  }
}

resource "aws_ecs_service" "payments" {
  name    = "payments"
  cluster = "shop"

  service_connect_configuration {
    enabled   = true
    namespace = "shop"
    service {
      port_name = "http"
      client_alias {
        port = 443
      }
      tls {
        issuer_cert_authority {
          aws_pca_authority_arn = aws_acmpca_certificate_authority.mesh.arn
        }
      }
    }
  }
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id = "sessions"
  description          = "sessions"
}

resource "aws_elasticache_replication_group" "carts" {
  replication_group_id       = "carts"
  description                = "carts"
  transit_encryption_enabled = true
}

resource "aws_msk_cluster" "events" {
  cluster_name = "events"
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS_PLAINTEXT"
    }
  }
}

resource "google_redis_instance" "ranking" {
  name                    = "ranking"
  memory_size_gb          = 1
  transit_encryption_mode = "SERVER_AUTHENTICATION"
}
