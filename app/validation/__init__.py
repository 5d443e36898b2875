"""Validation: what comes from outside becomes a model, or a clear list of what is wrong."""
