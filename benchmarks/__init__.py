"""What is measured: `posemill bench`."""
