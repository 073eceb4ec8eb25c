"""The HTTP service: `app.py` puts it together, `routes.py` answers, `schemas.py` and `problems.py` are its contract."""
