"""The motion formats, one file each."""
