"""Source code and configuration: taken exactly as written, so offsets slice the decoded file itself."""

from index.formats.base import Format, Layout, Parsed, decode

_CODE = (".py .pyi .js .mjs .ts .jsx .tsx .java .kt .scala .go .rs .c .h .cc .cpp .hpp .cs .swift .rb .php .pl .lua .r "
         ".jl .sh .bash .ps1 .sql .proto .graphql .tf")  # fmt: skip
_CONFIGURATION = ".yaml .yml .toml .ini .cfg .conf .properties .service"


def _parse(data: bytes, name: str) -> Parsed:
    return Parsed(decode(data, name))


CODE = Format(
    "source code",
    "text/x-source",
    tuple(_CODE.split()),
    _parse,
    text_is_file=True,
    only_decodes=True,
    layout=Layout.VERBATIM,
)
CONFIGURATION = Format(
    "configuration",
    "text/x-configuration",
    tuple(_CONFIGURATION.split()),
    _parse,
    also_declared=("application/yaml", "application/x-yaml", "text/yaml", "application/toml"),
    text_is_file=True,
    only_decodes=True,
    layout=Layout.VERBATIM,
)
