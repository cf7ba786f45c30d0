"""What a program reads from the parts of litellm-config.yaml."""

import ast
import re

from key_reads import KeyReads, Kind
from named_texts import NamedTexts, last_name

# What variables are called that hold a part of the file.
PARTS: dict[Kind, re.Pattern[str]] = {
    "general": re.compile(r"general_settings$"),
    "settings": re.compile(r"litellm_settings$"),
    "info": re.compile(r"(^|_)model_info$"),
}
# The same of a deployment's parameters, on their way to a provider; and in what a provider is called by.
PARAMS = re.compile(r"(^|_)(litellm_params|optional_params)(_dict)?$")
CALLED_WITH = re.compile(rf"{PARAMS.pattern}|^kwargs$")

# What loads the file: this method of this class, which hands it to others as `config`.
LOADER, LOAD, FILE = "ProxyConfig", "load_config", "config"


class ConfigReads(KeyReads):
    """Collects the names that a module reads from the parts of the configuration file."""

    def __init__(
        self,
        named: NamedTexts,
        found: dict[Kind, set[str]],
        params: re.Pattern[str] | None = None,
        has_file: bool = False,
    ) -> None:
        """
        `params` is what variables are called that hold a deployment's parameters here, if any do, and `has_file` says
        whether `config` is the whole file.
        """
        super().__init__(named, found, set())
        self.params = params
        self.has_file = has_file

    def kind_of_name(self, name: str) -> Kind | None:
        if self.params and self.params.search(name):
            return "params"
        if name == FILE and self.has_file:
            return "sections"
        return next((part for part, called in PARTS.items() if called.search(name.lower())), None)

    def part(self, whole: ast.AST, key: ast.AST) -> Kind | None:
        """`deployment["model_info"]` is one, whatever holds it."""
        return next(filter(None, map(self.kind_of_name, self.named.texts_of(key))), None)


def loaders(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The methods through which the whole file goes when it is loaded."""
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == LOADER)
    methods = {
        node.name: node
        for loader in classes
        for node in loader.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    reached, waiting = set(), {LOAD} & methods.keys()
    while waiting:
        reached |= waiting
        handed = {name for one in waiting for name in handed_the_file(methods[one])}
        waiting = (handed & methods.keys()) - reached
    return [methods[name] for name in sorted(reached)]


def handed_the_file(method: ast.AST) -> set[str]:
    """What a method calls with `config`, or gets it from."""
    called = set()
    for node in ast.walk(method):
        match node:
            case ast.Call() if FILE in map(last_name, (*node.args, *(one.value for one in node.keywords))):
                called.add(last_name(node.func))
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if name == FILE:
                called.add(last_name(node.value) if node.value else "")
    return called
