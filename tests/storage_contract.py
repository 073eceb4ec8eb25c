"""What `index/storage/base.py` promises, as tests that any store inherits.

    class TestAnotherStore(StorageContract):
        @pytest.fixture
        def url(self) -> str:
            return "another:///place"  # where there is none yet

All goes through the URL and the protocols, so a store that passes can take SQLite's place.
"""

from contract.audit import AuditContract
from contract.documents import DocumentsContract
from contract.kept import KeptContract
from contract.languages import LanguagesContract
from contract.principals import PrincipalsContract
from contract.questions import QuestionsContract
from contract.search import SearchContract


class StorageContract(
    DocumentsContract,
    SearchContract,
    LanguagesContract,
    PrincipalsContract,
    KeptContract,
    QuestionsContract,
    AuditContract,
):
    """All of it. A subclass has a fixture `url`, which names a store of its kind that isn't there yet."""
