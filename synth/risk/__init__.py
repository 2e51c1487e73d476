"""What a posture asks of a body: joint angles as ergonomics defines them, and the scores of published methods.

RULA, REBA and OWAS, the static-posture zones of ISO 11226 and EN 1005-4, and the revised NIOSH lifting equation.
"""
