"""Networks as small as the tests' are slower on many threads than on one, and much slower where cores are shared."""

from __future__ import annotations

import os

try:
    import torch
except ImportError:  # the tests that need it skip
    pass
else:
    torch.set_num_threads(1)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the processes that tests start
