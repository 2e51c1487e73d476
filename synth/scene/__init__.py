"""What stands before the camera: people, props, cameras, light and background, drawn from distributions."""

from synth.scene.camera import Camera
from synth.scene.picture import draw_looks, picture
from synth.scene.scenes import Scenes, SceneSpec, Studio
from synth.scene.visibility import Visibility

__all__ = ["Camera", "SceneSpec", "Scenes", "Studio", "Visibility", "draw_looks", "picture"]
