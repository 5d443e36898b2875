"""The routes of the service, a file per kind."""
