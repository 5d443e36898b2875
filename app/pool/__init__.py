"""The pool: worker processes in which runs are computed, in turns, off the event loop."""
