"""The documentation as a site, made by mkdocs of what the project says already; see `mkdocs.yml`."""
