"""The service under load, on loopback, by clients in other processes: ``make load``."""
