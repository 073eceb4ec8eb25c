"""The HTTP service: `app.py` assembles it, `routes/` answers, `problems.py` turns errors into responses."""
