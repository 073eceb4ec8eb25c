"""Who may ask and from where: origins (`origins.py`)."""
