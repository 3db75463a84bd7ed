#!/bin/bash
set -e
pip install -r requirements/dev.txt
pip install -r requirements.txt
pip install -r optional.txt || true
