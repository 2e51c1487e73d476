"""Many samples: recipes, plans, Dask tasks, Zarr corpora and the command line."""
