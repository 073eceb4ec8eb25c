"""How fast scanned pages are recognised, and how many of their words are right.

    python tests/benchmarks/recognition.py                 the pages of the seeds' PDF, as if they had been scanned
    python tests/benchmarks/recognition.py --dpi 150 FILE

Each page of a PDF with text is drawn, made a page of a PDF of pictures, and read again as any scanned one is. A word is
right if it stands in the same order in the text that the PDF has.
"""

import argparse
import io
import time
from difflib import SequenceMatcher
from pathlib import Path

import pypdfium2
from common import ROOT, report

from index.parsing.limits import Limits, Recognition
from index.parsing.parse import parse


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, default=ROOT / "seeds" / "halden-handbook-2026.pdf")
    parser.add_argument("--dpi", type=int, default=200, help="pixels an inch of the scan")
    parser.add_argument("--languages", default="eng")
    options = parser.parse_args()
    data = options.file.read_bytes()
    whole = parse(data, options.file.name, "application/pdf")
    scan, pages = scanned(data, options.dpi)
    limits = Limits(recognition=Recognition(options.languages, seconds=3600))
    began = time.perf_counter()
    document = parse(scan, "scan.pdf", "application/pdf", limits=limits)
    seconds = time.perf_counter() - began
    words, read = whole.text.split(), document.text.split()
    same = sum(block.size for block in SequenceMatcher(None, words, read, autojunk=False).get_matching_blocks())
    report(
        {
            "pages": pages,
            "pages a minute": round(60 * pages / seconds, 1),
            "words": len(words),
            "words right": round(same / len(words), 4),
            "confidence": document.metadata["recognised_confidence"],
        }
    )


def scanned(data: bytes, dpi: int) -> tuple[bytes, int]:
    """A PDF of pictures of a PDF's pages, and their number."""
    with pypdfium2.PdfDocument(data) as pdf:
        pictures = [page.render(scale=dpi / 72).to_pil().convert("L") for page in pdf]
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi)
    return buffer.getvalue(), len(pictures)


if __name__ == "__main__":
    main()
