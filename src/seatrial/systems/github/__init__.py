"""GitHub: environments, rulesets, checks, secrets."""
