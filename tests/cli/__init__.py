"""Tests of seatrial.cli."""
