"""The command line `posemill`."""
