"""k-means: centres where the vectors are, the same for the same seed."""

import torch

from lifter.models.clusters import cluster, nearest


def blobs(n: int = 600) -> tuple[torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(1)
    middles = 10 * torch.randn(6, 5, generator=rng)
    return middles, middles.repeat(n // 6, 1) + 0.1 * torch.randn(n, 5, generator=rng)


def test_centres_are_the_middles_of_blobs() -> None:
    middles, vectors = blobs()
    own, far = nearest(middles, cluster(vectors, 6, seed=3))
    assert sorted(own.tolist()) == list(range(6))
    assert far.max() < 0.01


def test_a_seed_fixes_the_centres() -> None:
    vectors = torch.randn(500, 8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(cluster(vectors, 20, seed=1), cluster(vectors, 20, seed=1))
    assert not torch.equal(cluster(vectors, 20, seed=1), cluster(vectors, 20, seed=2))


def test_no_more_centres_than_different_vectors() -> None:
    vectors = torch.eye(3).repeat(10, 1)
    centres = cluster(vectors, 8, seed=0)
    assert len(centres) == 3
    assert float(nearest(vectors, centres)[1].max()) < 1e-6


def test_nearest_is_brute_force() -> None:
    rng = torch.Generator().manual_seed(4)
    vectors, centres = torch.randn(200, 7, generator=rng), torch.randn(9, 7, generator=rng)
    own, far = nearest(vectors, centres)
    apart = torch.cdist(vectors, centres)
    assert torch.equal(own, apart.argmin(1))
    torch.testing.assert_close(far, apart.min(1).values ** 2, atol=1e-4, rtol=1e-4)
