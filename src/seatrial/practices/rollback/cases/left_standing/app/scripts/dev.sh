#!/bin/sh
# On a developer's own cluster nobody needs a way back.
kind create cluster
helm upgrade shop ./chart --install
