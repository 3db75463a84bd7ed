"""Stand-ins of real systems on loopback, for tests and drills; they speak the real protocol."""
