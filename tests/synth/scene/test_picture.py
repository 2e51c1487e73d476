"""What is rendered is what the labels say: the posed body, the props in their rows, the sample's own looks."""

from __future__ import annotations

import numpy as np

from synth.scene.mesh import PERSON
from synth.scene.picture import draw_looks, picture
from synth.wardrobe.outfit import PLAIN
from tests.synth.staging import staged


def test_a_sample_is_put_together_from_its_labels() -> None:
    studio, scenes, labels = staged(30, frames=9)
    looks = draw_looks(studio.draws, scenes.ids, labels["gender"][::9], {PLAIN: 1.0})
    for row in (0, 100, 269):
        scene, camera = picture(scenes, studio.bodies, looks, labels, row)
        person, *props = scene.meshes
        assert person.instance == PERSON
        body = studio.bodies[int(labels["gender"][row])]
        posed = body.posed(labels["pose"][row][None], labels["betas"][row], labels["trans"][row])
        assert np.array_equal(person.vertices, posed.vertices[0].astype(np.float32))
        numbers = labels["prop"][row]
        assert [mesh.instance for mesh in props] == [p + 2 for p in np.flatnonzero(numbers >= 0)]
        assert [mesh.name for mesh in props] == [scenes.stock.props[n].kind for n in numbers[numbers >= 0]]
        assert np.array_equal(camera.rotation, labels["rotation"][row])
        assert np.array_equal(scene.light.direction, looks.light.direction[row // 9])


def test_looks_are_the_scenes_own() -> None:
    studio, scenes, labels = staged(30, frames=9)
    genders = labels["gender"][::9]
    looks = draw_looks(studio.draws, scenes.ids, genders, {"road": 1.0})
    one = draw_looks(studio.draws, scenes.ids[4:5], genders[4:5], {"road": 1.0})
    assert np.array_equal(looks.colours[4], one.colours[0])
    assert looks.outfits[4] is not None
    assert one.outfits[0] is not None
    assert looks.outfits[4].items == one.outfits[0].items
    assert np.array_equal(looks.background.floor[4], one.background.floor[0])
