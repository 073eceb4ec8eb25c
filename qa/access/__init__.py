"""Who may ask and from where: keys made and revoked (`command.py`), origins (`origins.py`)."""
