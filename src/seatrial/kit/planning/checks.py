"""Names of the checks that collect a workflow's jobs; rules of a branch can require them."""

from typing import Final

TESTS_PASSED: Final = "Tests passed"
"""Job of the generated test workflow that is green only when all its other jobs are."""
VALIDATION_PASSED: Final = "Validation passed"
"""The same for the workflow that validates infrastructure."""
SCAN_PASSED: Final = "Scan passed"
"""The same for the workflow that scans for weaknesses."""
