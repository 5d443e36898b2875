"""The stream: one run for one viewer, over a websocket."""
