"""The functions behind the commands of `posemill`; `pipelines/commands/main.py` names them."""
