"""One sample: motion, body, scene, labels and pixels. Knows nothing of Dask, Zarr or the command line."""
