"""HTTP: limits and headers that hold for every route."""
