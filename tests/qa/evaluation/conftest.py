"""Commands run in the test's process: what the models answer is remembered."""

import pytest
from remembered_models import remember


@pytest.fixture(autouse=True)
def remembered_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same documents are embedded and read once."""
    remember(monkeypatch)
