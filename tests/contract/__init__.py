"""The parts of `tests/storage_contract.py`."""
