resource "kubernetes_config_map" "dashboard_service_vmshift_api" {
  metadata {
    name      = "dashboard-service-vmshift-api"
    namespace = "monitoring"
    labels = {
      grafana_dashboard = "1"
    }
  }

  data = {
    "service-vmshift-api.json" = file("${path.module}/../dashboards/service-vmshift-api.json")
  }

  depends_on = [helm_release.grafana]
}
