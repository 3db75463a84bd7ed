"""What pipelines do: releases and the ways to them, tests, scans, verification."""
