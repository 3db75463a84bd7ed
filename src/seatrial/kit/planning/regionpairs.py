"""Which region stands by for which: near enough for replication, far enough to fail alone.

Written down from the providers' lists of regions as they stood in November 2026; both regions of a
pair offer managed Kubernetes and lie in one jurisdiction, so that data may lie in either.
"""

from __future__ import annotations

from typing import Final

_PAIRS: Final = {
    "linode": "us-east us-ord, us-ord us-east, us-iad us-ord, us-west us-sea, us-sea us-west,"
    " us-lax us-sea, us-central us-ord, us-southeast us-iad, us-mia us-iad, eu-central nl-ams,"
    " eu-west gb-lon, gb-lon eu-west, fr-par nl-ams, nl-ams fr-par, de-fra-2 nl-ams, es-mad it-mil,"
    " it-mil es-mad, se-sto nl-ams, jp-osa jp-tyo-3, ap-northeast jp-osa, in-maa in-bom-2,"
    " ap-west in-maa",
    "digitalocean": "nyc1 sfo3, nyc3 sfo3, sfo2 nyc3, sfo3 nyc3, ams3 fra1, fra1 ams3",
    "google": "us-east1 us-central1, us-central1 us-east1, us-east4 us-central1, us-west1 us-west2,"
    " us-west2 us-west1, europe-west1 europe-west4, europe-west4 europe-west1,"
    " europe-west3 europe-west4, europe-west9 europe-west1, europe-north1 europe-west4,"
    " asia-northeast1 asia-northeast2, asia-south1 asia-south2,"
    " australia-southeast1 australia-southeast2",
    "azurerm": "eastus westus, westus eastus, eastus2 centralus, centralus eastus2,"
    " westus2 westcentralus, westus3 eastus, northeurope westeurope, westeurope northeurope,"
    " uksouth ukwest, japaneast japanwest, australiaeast australiasoutheast,"
    " canadacentral canadaeast",
    "aws": "us-east-1 us-west-2, us-east-2 us-west-2, us-west-1 us-east-1, us-west-2 us-east-2,"
    " eu-west-1 eu-central-1, eu-central-1 eu-west-1, eu-west-3 eu-central-1,"
    " eu-north-1 eu-central-1, ap-northeast-1 ap-northeast-3, ap-southeast-2 ap-southeast-4,"
    " ap-south-1 ap-south-2, ca-central-1 ca-west-1",
}


def neighbour(provider: str, region: str) -> str:
    """The region that stands by for `region`; empty where the table has none."""
    for pair in _PAIRS.get(provider, "").split(","):
        first, _, second = pair.strip().partition(" ")
        if first == region:
            return second
    return ""
