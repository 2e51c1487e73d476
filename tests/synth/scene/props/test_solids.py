"""Solids against the volumes and areas of their closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from synth.scene.props.solids import Prop, Solids


def volume(solids: Solids) -> float:
    vertices, faces = np.concatenate(solids.vertices), np.concatenate(solids.faces)
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def test_a_block_is_a_box_about_its_centre() -> None:
    one, two = Solids(), Solids()
    one.block((1, 2, 3), (0.2, 0.4, 0.6), zone=2)
    two.box((0.9, 1.8, 2.7), (1.1, 2.2, 3.3), zone=2)
    np.testing.assert_allclose(one.vertices[0], two.vertices[0])
    assert volume(one) == pytest.approx(0.2 * 0.4 * 0.6)
    assert set(one.zones[0].tolist()) == {2}


@pytest.mark.parametrize("sides", [3, 4, 8])
def test_a_beam_is_a_prism(sides: int) -> None:
    solids = Solids()
    solids.beam((0, 0, 1), (0, 2, 1), 0.1, sides)
    area = 0.5 * sides * 0.1**2 * np.sin(2 * np.pi / sides)  # of a regular polygon in a circle of 0.1
    assert volume(solids) == pytest.approx(2 * area)
    assert len(solids.faces[0]) == 2 * sides + 2 * (sides - 2)


def test_a_tip_scales_the_far_end() -> None:
    solids = Solids()
    solids.beam((0, 0, 0), (0, 0, 3), 0.2, 4, tip=0.5)
    area = 2 * 0.2**2  # of the square in a circle of 0.2; a frustum: h / 3 (A + sqrt(A B) + B)
    assert volume(solids) == pytest.approx(area * (1 + 0.5 + 0.25))


def test_solids_number_their_vertices_through() -> None:
    solids = Solids()
    solids.box((0, 0, 0), (1, 1, 1))
    solids.box((2, 0, 0), (3, 1, 1))
    assert solids.faces[1].min() == 8
    assert solids.count == 16
    assert volume(solids) == pytest.approx(2)


def test_a_prop_is_placed() -> None:
    solids = Solids()
    solids.box((0, 0, 0), (1, 1, 1))
    colours = np.array([[0.1, 0.2, 0.3]], np.float32)
    prop = Prop(
        "toy", solids.vertices[0].astype(np.float32), solids.faces[0], colours, solids.zones[0], False
    )
    mesh = prop.placed(np.eye(3), (0, 0, 2), 3)
    assert mesh.vertices[:, 2].min() == 2
    assert (mesh.name, mesh.instance) == ("toy", 3)
    assert prop.colour.tolist() == colours[0].tolist()
