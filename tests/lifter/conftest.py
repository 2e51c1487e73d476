"""Networks as small as the tests' are slower on many threads than on one, and much slower where cores are shared."""

from __future__ import annotations

import os

import torch

torch.set_num_threads(1)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the processes that tests start
