"""A provider of OpenID Connect, a store, and an app that its people sign in to."""

from collections.abc import Iterator
from typing import Any

import pytest
from openid_provider import Provider
from signing_in import ACCESS, HERE, router
from small_app import guarded
from store_support import SIGNATURE

from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.settings import Settings, load_settings


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteStore]:
    store = SQLiteStore.create(tmp_path_factory.mktemp("signed-in") / FILE_NAME, SIGNATURE)
    yield store
    store.close()


@pytest.fixture(scope="module")
def settings(provider: Provider) -> Settings:
    return load_settings(**provider.settings, oidc_access=ACCESS, audit_days=30)


@pytest.fixture(scope="module")
def app(store: SQLiteStore, settings: Settings) -> Any:
    return guarded(store, settings, router, base_url=HERE).app
