"""Tests of seatrial.spec."""
