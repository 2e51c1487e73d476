"""The functions behind the commands of `posemill`; `pipelines/cli.py` names them."""
