"""What learns from a corpus: the loader, the methods that lift 2D to 3D, their training, their measures."""
