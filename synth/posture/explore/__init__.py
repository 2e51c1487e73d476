"""Everywhere a body can go: the space of work postures, and clips that cover it."""
