"""`python -m qa.cli` is `quoth`."""

from qa.cli.main import main

main()
