from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from lifter.data.augment import to_batch  # noqa: E402
from lifter.models.place import placed  # noqa: E402
from tests.lifter.models import made  # noqa: E402


@pytest.mark.parametrize("known", [True, False])
def test_people_stand_where_their_rays_meet(known: bool) -> None:
    batch = to_batch(made.samples(40))
    tangents = batch.points * batch.size[:, None, None]
    found = placed(batch.truth, tangents, batch.confidence, batch.distance if known else None)
    assert found[:, 2].numpy() == pytest.approx(batch.distance.numpy(), rel=1e-3)
    where = (batch.truth[:, :17] + found[:, None])[..., :2] / (batch.truth[:, :17] + found[:, None])[..., 2:]
    assert where.numpy() == pytest.approx(tangents.numpy(), abs=1e-4)


def test_joints_without_weight_do_not_count() -> None:
    batch = to_batch(made.samples(10))
    tangents = batch.points * batch.size[:, None, None]
    weight = batch.confidence.clone()
    weight[:, 3:9] = 0
    expected = placed(batch.truth, tangents, weight)
    tangents[:, 3:9] = 9.0
    assert torch.equal(placed(batch.truth, tangents, weight), expected)
    assert placed(batch.truth, tangents, torch.zeros_like(weight)).isfinite().all()
