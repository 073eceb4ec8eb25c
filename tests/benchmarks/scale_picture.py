"""README's table of what a large collection takes, as a picture: `python tests/benchmarks/scale_picture.py`.

The figures are those of `scale.py` as they stand in README, so that table and picture tell the same. It is written to
`tests/benchmarks/pictures/scale.png`.
"""

import re
from pathlib import Path

from matplotlib.figure import Figure

README = Path(__file__).parents[2] / "README.md"
PICTURE = Path(__file__).parent / "pictures" / "scale.png"
HEAD = "| chunks | 10,000 | 100,000 | 1,000,000 |"
# Beginning of the row, of whose figures the first is drawn → (what the line is called, by how many points its name is raised)
LINES = {
    "| open the file and ask the first question": ("open the file, first question", 0),
    "| delete one, its words erased": ("delete a document, its words erased", 3),
    "| … with a filter that admits 0.1 %": ("retrieval, 0.1 % filter", -1),
    "| retrieval, the query's embedding apart": ("retrieval", -11),
    "| add a document of 20 chunks": ("add a document of 20 chunks", 0),
}


def rows(page: str) -> dict[str, list[str]]:
    """Beginning of a row of the table → its cells, one for each size."""
    table = page[page.index(HEAD) :].split("\n\n")[0].splitlines()
    sizes = [[cell.strip() for cell in line.strip("| ").split("|")] for line in table]
    return {f"| {cells[0]}": cells[1:] for cells in sizes}


def first_figure(cell: str) -> float:
    """The first of a cell's figures: of "37; 18" it is 37."""
    return float(re.findall(r"[\d.]+", cell)[0])


def main() -> None:
    """Draw the picture."""
    table = rows(README.read_text(encoding="utf-8"))
    chunks = [int(size.replace(",", "")) for size in table["| chunks"]]
    figure = Figure(figsize=(8, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for beginning, (name, raised) in LINES.items():
        (cells,) = [cells for row, cells in table.items() if row.startswith(beginning)]
        times = [first_figure(cell) for cell in cells]
        (line,) = axes.plot(chunks, times, marker="o", linewidth=2)
        axes.annotate(
            f"{name}: {times[-1]:g} ms", (chunks[-1], times[-1]), xytext=(8, raised), textcoords="offset points",
            color=line.get_color(), va="center", fontsize=9,
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="chunks in the collection", ylabel="milliseconds of processor time")
    axes.set_xticks(chunks, [f"{size:,}" for size in chunks])
    axes.set_yticks([1, 3, 10, 30, 100, 300, 1000], ["1", "3", "10", "30", "100", "300", "1,000"])
    axes.minorticks_off()
    axes.set_xlim(right=chunks[-1] * 12)
    axes.grid(visible=True, alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    main()
