resource "kubernetes_config_map" "dashboard_logs" {
  metadata {
    name      = "dashboard-logs"
    namespace = "monitoring"
    labels = {
      grafana_dashboard = "1"
    }
  }

  data = {
    "logs.json" = file("${path.module}/../dashboards/logs.json")
  }

  depends_on = [helm_release.grafana]
}
