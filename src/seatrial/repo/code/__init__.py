"""The application's own files: dependencies, test suites, routes, Dockerfiles, compose files."""
