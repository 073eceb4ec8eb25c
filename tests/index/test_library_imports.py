"""What is left out when the models' libraries are imported is there for whoever needs it after all.

Each test is a process of its own, since a library is imported once.
"""

import subprocess
import sys

import pytest
from support import ROOT

pytestmark = pytest.mark.slow

USE = """
import sys
from index.library_imports import quick_imports
with quick_imports():
    from sklearn.metrics import pairwise_distances
    import scipy.sparse
    assert "sklearn.base" not in sys.modules
"""


def run(code: str) -> str:
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_a_function_that_was_left_out_is_imported_when_it_is_called() -> None:
    # |0 - 3| + |0 - 4| = 7
    code = (
        USE + "print(pairwise_distances([[0, 0]], [[3, 4]], metric='manhattan')[0][0], 'sklearn.base' in sys.modules)"
    )
    assert run(code) == "7.0 True\n"


def test_whoever_imports_it_afterwards_has_the_real_one() -> None:
    code = USE + "from scipy.sparse import coo_matrix; print(isinstance(coo_matrix, type), coo_matrix([[5]]).toarray())"
    assert run(code) == "True [[5]]\n"


def test_one_that_is_called_while_others_are_imported_is_the_real_one_at_once() -> None:
    code = USE + "    print(pairwise_distances([[1]], [[3]])[0][0])\n    import sklearn; print(sklearn.__version__[0])"
    assert run(code) == "2.0\n1\n"


def test_one_that_is_subclassed_or_compared_with_is_the_real_one() -> None:
    code = """
from index.library_imports import quick_imports
with quick_imports():
    from sklearn.base import BaseEstimator
    class Mine(BaseEstimator): pass
from sklearn.base import BaseEstimator as Real
print(Mine.__mro__[1] is Real, isinstance(Mine(), BaseEstimator), isinstance(1, BaseEstimator))
"""
    assert run(code) == "True True False\n"


def test_what_was_imported_before_stays_as_it_is() -> None:
    code = """
import sklearn, sys
from index.library_imports import quick_imports
with quick_imports():
    from sklearn.metrics import pairwise_distances
print(pairwise_distances.__module__, "sklearn.metrics" in sys.modules)
"""
    assert run(code) == "sklearn.metrics.pairwise True\n"


def test_the_garbage_collector_is_left_as_it_was() -> None:
    code = """
import gc
from index.library_imports import quick_imports
def inside():
    with quick_imports():
        return gc.isenabled()
print(inside(), gc.isenabled()); gc.disable(); print(inside(), gc.isenabled())
"""
    assert run(code) == "False True\nFalse False\n"


MODELS = """
from index.embedding import SentenceTransformerEmbedder
embedder = SentenceTransformerEmbedder()
embedder.embed_query("Who?")
import sys, torch
assert "torch._dynamo" not in sys.modules
"""


def test_a_model_that_was_loaded_without_torchs_compiler_can_be_compiled() -> None:
    code = (
        MODELS
        + """
compiled = torch.compile(embedder._model.transformers_model, backend="eager")
print(tuple(compiled(input_ids=torch.ones(1, 4, dtype=torch.long)).last_hidden_state.shape))
print(torch._dynamo.config.recompile_limit > 0)
"""
    )
    assert run(code) == "(1, 4, 384)\nTrue\n"


def test_what_models_on_several_machines_need_is_there_afterwards() -> None:
    code = (
        MODELS
        + """
from torch.distributed.fsdp import FullyShardedDataParallel
from torch.distributed.tensor import DTensor
print(issubclass(FullyShardedDataParallel, torch.nn.Module), issubclass(DTensor, torch.Tensor))
"""
    )
    assert run(code) == "True True\n"


def test_other_models_and_training_are_there_afterwards() -> None:
    code = (
        MODELS
        + """
from transformers import DistilBertConfig
import transformers.models
from sentence_transformers import CrossEncoder, SentenceTransformerTrainer
class Mine(CrossEncoder): pass
print(DistilBertConfig().model_type, "llama" in dir(transformers.models))
print(Mine.__mro__[1].__name__, isinstance(embedder._model, CrossEncoder), callable(SentenceTransformerTrainer.train))
"""
    )
    assert run(code) == "distilbert True\nCrossEncoder False True\n"


def test_a_module_alone_is_left_out_and_those_in_it_are_the_real_ones() -> None:
    code = """
from index.library_imports import quick_imports
with quick_imports():
    from transformers.models import bert
    from transformers.models.bert.configuration_bert import BertConfig
import sys
print("transformers.models" in sys.modules, BertConfig().model_type, bert.__name__)
from transformers.models import distilbert
print(distilbert.DistilBertConfig().model_type, "transformers.models" in sys.modules)
"""
    assert run(code) == "False bert transformers.models.bert\ndistilbert True\n"


def test_a_type_may_name_what_was_left_out() -> None:
    code = """
from index.library_imports import quick_imports
with quick_imports():
    from torch.distributed.tensor import DTensor
    def local(tensor: DTensor | None, other: "int" = 1) -> None | DTensor: return tensor
import sys
print(local(None), "torch.distributed.tensor" in sys.modules)
"""
    assert run(code) == "None False\n"
