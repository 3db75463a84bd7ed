#!/bin/sh
set -eu
aws route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch "file://$1.json"
