"""k-means: centres where the vectors are, the same for the same seed."""

import torch

from lifter.models.clusters import cluster, nearest


def test_centres_are_the_middles_of_two_blobs() -> None:
    rng = torch.Generator().manual_seed(1)
    middles = 10 * torch.randn(2, 5, generator=rng)
    vectors = middles.repeat(300, 1) + 0.1 * torch.randn(600, 5, generator=rng)
    own, apart = nearest(middles, cluster(vectors, 2, seed=3))
    assert sorted(own.tolist()) == [0, 1]
    assert apart.max() < 0.01


def test_centres_fit_better_than_vectors_drawn_at_random() -> None:
    vectors = torch.randn(2000, 4, generator=torch.Generator().manual_seed(2))
    found = nearest(vectors, cluster(vectors, 30, seed=0))[1].mean()
    drawn = nearest(vectors, vectors[:30])[1].mean()
    assert found < 0.7 * drawn


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
    own, apart = nearest(vectors, centres)
    every = torch.cdist(vectors, centres)
    assert torch.equal(own, every.argmin(1))
    torch.testing.assert_close(apart, every.min(1).values ** 2, atol=1e-4, rtol=1e-4)
