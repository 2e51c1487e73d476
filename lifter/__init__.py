"""What learns from a corpus. Training and evaluation arrive with the lifter; see README."""
