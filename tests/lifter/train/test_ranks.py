"""One process alone; two are tested with a whole training in test_run."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from lifter.train.ranks import Ranks  # noqa: E402
from synth.core.errors import InputError  # noqa: E402


def test_without_torchrun_there_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    with Ranks() as ranks:
        assert (ranks.number, ranks.count, ranks.first) == (0, 1, True)
        assert not torch.distributed.is_initialized()
        module = torch.nn.Linear(1, 1)
        assert ranks.shared(module) is module
        assert ranks.share(torch.arange(5)).tolist() == [0, 1, 2, 3, 4]
        ranks.wait()


def test_rows_are_dealt_out_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "3")
    shares = []
    for number in range(3):
        monkeypatch.setenv("RANK", str(number))
        ranks = Ranks()
        assert ranks.first == (number == 0)
        shares.append(ranks.share(torch.arange(7)).tolist())
    assert shares == [[0, 3, 6], [1, 4], [2, 5]]
    frozen = torch.nn.Linear(1, 1).requires_grad_(False)
    assert ranks.shared(frozen) is frozen  # nothing of it is learnt


def test_devices() -> None:
    assert Ranks().device("cpu") == torch.device("cpu")
    assert Ranks().device(None).type in ("cpu", "cuda")
    with pytest.raises(InputError, match="there is no device 'abacus'"):
        Ranks().device("abacus")
