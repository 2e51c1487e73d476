"""The trained lifter that is shipped: default.safetensors, its card and figures, and the script that makes them."""
