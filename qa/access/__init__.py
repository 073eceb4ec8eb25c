"""Who may ask and from where: keys by command (`command.py`), tokens for pages (`tokens.py`), their origins."""
