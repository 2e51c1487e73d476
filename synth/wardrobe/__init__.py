"""What people wear: skins, hair and garments on the open body, and who wears what."""
