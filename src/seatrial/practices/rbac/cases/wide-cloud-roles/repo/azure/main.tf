terraform {
  backend "azurerm" {
    storage_account_name = "example"
    container_name       = "state"
    key                  = "iam"
  }
}

data "azurerm_subscription" "current" {}

resource "azurerm_role_assignment" "ci" {
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_user_assigned_identity.ci.principal_id
}

resource "azurerm_role_assignment" "pull" {
  scope                = azurerm_container_registry.shop.id
  role_definition_name = "AcrPull"
  principal_id         = azurerm_user_assigned_identity.ci.principal_id
}
