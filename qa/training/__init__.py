"""The recipe that made the shipped reader; `python -m qa.training --help`. Needs `pip install 'quoth[train]'`."""
