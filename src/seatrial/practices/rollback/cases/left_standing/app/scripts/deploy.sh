#!/bin/sh
set -e
helm upgrade shop ./chart --install --wait --set image.tag="$1"
