"""The formats Quoth reads: one file each with a `Format` record, and `registry.py`, which lists the records."""
