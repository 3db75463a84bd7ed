"""Pure know-how that two or more practices share; no I/O, no clock."""
