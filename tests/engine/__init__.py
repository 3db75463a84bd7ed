"""Tests of seatrial.engine."""
