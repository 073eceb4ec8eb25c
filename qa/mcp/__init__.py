"""Tools for agents (`tools.py`), served by the Model Context Protocol (`server.py`)."""
