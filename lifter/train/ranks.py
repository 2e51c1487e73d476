"""The processes that train one model together: which of them this is, as torchrun sets it, and how they synchronize."""

from __future__ import annotations

import os
from types import TracebackType

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from synth.core.errors import InputError


class Ranks:
    """This process among those that torchrun started; without torchrun, the only one."""

    def __init__(self) -> None:
        self.number, self.count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        self._own = False

    def __enter__(self) -> Ranks:
        if self.count > 1 and not dist.is_initialized():
            dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
            self._own = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._own:
            dist.destroy_process_group()

    @property
    def first(self) -> bool:
        return self.number == 0

    def device(self, name: str | None) -> torch.device:
        """The device asked for, by default a GPU of this process's own, or the CPU. Raises InputError for a device that
        does not exist here."""
        if name is None:
            local = int(os.environ.get("LOCAL_RANK", 0))
            return torch.device("cuda", local) if torch.cuda.is_available() else torch.device("cpu")
        try:
            return torch.empty(0, device=name).device
        except (RuntimeError, AssertionError) as error:
            raise InputError(
                f"there is no device '{name}'", where="--device", remedy="leave it out, or use cpu"
            ) from error

    def shared(self, module: nn.Module) -> nn.Module:
        """A module whose gradients are the mean over the processes."""
        if self.count == 1 or not any(parameter.requires_grad for parameter in module.parameters()):
            return module
        parameter = next(module.parameters())
        ids = [parameter.device.index] if parameter.is_cuda else None
        return DistributedDataParallel(module, device_ids=ids, find_unused_parameters=True)

    def share(self, rows: Tensor) -> Tensor:
        """This process's share of a batch's rows (n,)."""
        return rows[self.number :: self.count]

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.count > 1:
            dist.barrier()
