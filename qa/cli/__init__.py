"""The command line: one module for each group of commands, assembled in `main.py`."""
