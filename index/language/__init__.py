"""The languages Quoth knows: one file each with a `Language` record, and `registry.py`, which lists the records."""
