node_type = "g6-standard-4"

grafana_admin_password = "FAKE-production-grafana-password-not-real"
