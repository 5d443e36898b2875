"""The service: runs experiments for its viewers, and serves the page."""

import os

__version__ = "0.1.0"

# NumPy reads these once, when it is imported. More than one BLAS thread is slower at the sizes
# of a lesson, and takes the processor from the event loop.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
