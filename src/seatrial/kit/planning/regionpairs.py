"""A second region near a first one, far enough that one disaster does not take both."""

from __future__ import annotations

from typing import Final

_PAIRS: Final = """
linode us-east us-ord
linode us-iad us-ord
linode us-ord us-iad
linode us-central us-ord
linode us-west us-lax
linode us-lax us-sea
linode us-sea us-lax
linode us-mia us-southeast
linode us-southeast us-mia
linode ca-central us-ord
linode eu-west gb-lon
linode gb-lon fr-par
linode eu-central nl-ams
linode de-fra-2 nl-ams
linode fr-par nl-ams
linode nl-ams fr-par
linode se-sto nl-ams
linode it-mil fr-par
linode es-mad fr-par
linode ap-south sg-sin-2
linode sg-sin-2 id-cgk
linode id-cgk sg-sin-2
linode ap-northeast jp-osa
linode jp-osa jp-tyo-3
linode jp-tyo-3 jp-osa
linode ap-west in-maa
linode in-maa in-bom-2
linode ap-southeast au-mel
linode au-mel ap-southeast
linode br-gru us-mia
aws us-east-1 us-east-2
aws us-east-2 us-east-1
aws us-west-1 us-west-2
aws us-west-2 us-east-2
aws ca-central-1 ca-west-1
aws sa-east-1 us-east-1
aws eu-west-1 eu-central-1
aws eu-west-2 eu-west-1
aws eu-west-3 eu-central-1
aws eu-central-1 eu-west-1
aws eu-central-2 eu-central-1
aws eu-north-1 eu-central-1
aws eu-south-1 eu-central-1
aws ap-northeast-1 ap-northeast-3
aws ap-northeast-2 ap-northeast-1
aws ap-south-1 ap-south-2
aws ap-southeast-1 ap-southeast-3
aws ap-southeast-2 ap-southeast-4
google us-central1 us-east4
google us-east1 us-central1
google us-east4 us-central1
google us-west1 us-central1
google europe-west1 europe-west4
google europe-west2 europe-west1
google europe-west3 europe-west4
google europe-west4 europe-west1
google europe-north1 europe-west1
google asia-northeast1 asia-northeast2
google asia-southeast1 asia-southeast2
google australia-southeast1 australia-southeast2
azurerm eastus westus
azurerm eastus2 centralus
azurerm westus2 westcentralus
azurerm centralus eastus2
azurerm northeurope westeurope
azurerm westeurope northeurope
azurerm uksouth ukwest
azurerm francecentral germanywestcentral
azurerm germanywestcentral swedencentral
azurerm swedencentral germanywestcentral
azurerm japaneast japanwest
azurerm southeastasia eastasia
azurerm australiaeast australiasoutheast
azurerm canadacentral canadaeast
digitalocean nyc1 tor1
digitalocean nyc3 sfo3
digitalocean sfo3 nyc3
digitalocean ams3 fra1
digitalocean fra1 ams3
digitalocean lon1 ams3
digitalocean sgp1 blr1
"""


def _read() -> dict[tuple[str, str], str]:
    rows = (line.split() for line in _PAIRS.strip().splitlines())
    return {(provider, region): other for provider, region, other in rows}


_BY_REGION: Final = _read()


def near(provider: str, region: str) -> str:
    """The region to go to from another one of the same provider; empty for an unknown one.

    Args:
        provider: name of Terraform's provider (`linode`, `aws`, `google`, `azurerm`).
        region: as the provider writes it.
    """
    return _BY_REGION.get((provider, region.lower()), "")
