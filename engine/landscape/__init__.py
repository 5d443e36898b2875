"""The loss as a landscape over the weights: planes through them, surfaces, and the cliff."""
