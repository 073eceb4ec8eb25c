"""Agents: the tools they can use (`tools.py`), and the Model Context Protocol they are called by (`server.py`)."""
