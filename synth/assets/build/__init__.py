"""How the assets were made from free sources; needs the extra `rebuild`."""
