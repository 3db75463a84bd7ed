"""`seatrial.yaml` as values: nothing in it is required, everything in it is checked."""
