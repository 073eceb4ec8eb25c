"""Pictures of text: PNG, JPEG, TIFF and WebP, decoded by Pillow. Their text is what is recognised in them."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING

from index.errors import DocumentError, TooLargeError
from index.formats.base import MAX_DRAWN, MAX_SIDE, Format, Layout, Parsed, Pixels, WrongFormatError
from index.formats.disguise import looks_like

if TYPE_CHECKING:
    from PIL.Image import Image

_MAX_PIXELS = 100 * 10**6  # of a picture, as it is decoded
_SMALL = 1_500_000  # pixels, below which letters are made twice as large: about a screen's, of which they are low
_KINDS = ("PNG", "JPEG", "TIFF", "WEBP")
# A white pixel as PNG, so that Pillow loads what it loads late
_SAMPLE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f0001010100b138f6140000000049454e44ae426082"
)
_LIBRARIES = ("PIL.Image", "PIL.ImageOps", "PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.MpoImagePlugin",
              "PIL.TiffImagePlugin", "PIL.WebPImagePlugin")  # fmt: skip


def _parse(data: bytes, name: str) -> Parsed:
    """No text yet: the pages to recognise it on. A TIFF may have several; of what moves, the first picture counts."""
    with _opened(data, name) as picture:
        count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    return Parsed("", pages=(0,) * count if count > 1 else (), scanned=tuple(range(count)))


def _draw(data: bytes, name: str, page: int) -> Pixels:
    """One page in grey, upright, on white, and of a size at which letters are well recognised."""
    with _opened(data, name) as picture:
        if page:
            picture.seek(page)
            _check_size(picture, name)
        return _grey(picture)


def _grey(picture: "Image") -> Pixels:
    from PIL import Image, ImageOps

    picture.draft(
        "L", (picture.width // 2, picture.height // 2) if picture.width * picture.height > MAX_DRAWN else None
    )
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits: 65535 is white
        upright = upright.convert("I").point(lambda value: value / 257)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(white, upright)
    grey = upright.convert("L")
    scale = min(
        2 if grey.width * grey.height < _SMALL else 1,
        sqrt(MAX_DRAWN / (grey.width * grey.height)),
        MAX_SIDE / max(grey.size),
    )
    if scale != 1:
        grey = grey.resize((max(1, int(grey.width * scale)), max(1, int(grey.height * scale))))
    return Pixels(grey.width, grey.height, grey.tobytes())


@contextmanager
def _opened(data: bytes, name: str) -> "Iterator[Image]":
    """A picture of any of the kinds, whichever its name says. What a damaged one has Pillow raise is DocumentError."""
    from PIL import Image, UnidentifiedImageError

    if data.startswith(b"%PDF-") or data.lstrip()[:1] == b"<":
        raise WrongFormatError(f"{name} is not a picture, whatever its name says")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=_KINDS) as picture:
                _check_size(picture, name)
                yield picture
        except DocumentError:
            raise
        except UnidentifiedImageError as error:
            what, suffix = looks_like(data) or ("", "")
            if any(suffix in kind.suffixes for kind in (PNG, JPEG, TIFF, WEBP)):
                raise DocumentError(f"{name} begins as {what}, and is damaged or cut short: save it again.") from error
            raise WrongFormatError(f"{name} is not a picture that can be read, whatever its name says") from error
        except Image.DecompressionBombError as error:
            raise _too_large(name) from error
        except MemoryError:
            raise
        except Exception as error:  # of many kinds, for one cause
            raise DocumentError(
                f"{name} is a picture that is damaged or cut short ({error}): save it again."
            ) from error


def _check_size(picture: "Image", name: str) -> None:
    if picture.width * picture.height > _MAX_PIXELS:
        raise _too_large(name, f" ({picture.width:,} × {picture.height:,})")


def _too_large(name: str, size: str = "") -> TooLargeError:
    return TooLargeError(
        f"{name} has more pixels than the {_MAX_PIXELS // 10**6} million that are taken{size}: scale it down, or cut "
        "it in parts."
    )


_picture = partial(
    Format,
    parse=_parse,
    draw=_draw,
    is_picture=True,
    libraries=_LIBRARIES,
    sample=_SAMPLE,
    layout=Layout.WRAPPED,
)
PNG = _picture("PNG", "image/png", (".png",), opens_in_browser=True)
JPEG = _picture("JPEG", "image/jpeg", (".jpg", ".jpeg"), also_declared=("image/jpg",), opens_in_browser=True)
TIFF = _picture("TIFF", "image/tiff", (".tif", ".tiff"))
WEBP = _picture("WebP", "image/webp", (".webp",), opens_in_browser=True)
