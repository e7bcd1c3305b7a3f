"""Names of the cores that production reaches, found by reading the source.

A name of a core is reached if a model, wizard, controller or report uses it, or if a
name that is reached does; what a class defines, if something reached names it. Tests
and setup do not count. Nothing is imported or run.
"""

import ast
from pathlib import Path
from typing import NamedTuple

ASIDE = {"core", "tests", "static", "migrations"}  # of an addon: no production code


class Module(NamedTuple):
    """A file as it was read.

    ``defined`` maps each name at its top to the statements that make it; ``imported``
    maps a name that it took over to (module, name there); ``rest`` is what else runs
    when it is imported.
    """

    name: str
    defined: dict
    imported: dict
    rest: list


def read(path, root):
    """Return a file of the checkout as a :class:`Module`."""
    package = path.relative_to(root).parent.parts
    own = ".".join([*package, path.stem] if path.stem != "__init__" else package)
    module = Module(own, {}, {}, [])
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module.imported.update(_taken(node, package))
    for node in tree.body:
        names = _names_of(node)
        for name in names:
            module.defined.setdefault(name, []).append(node)
        if not names and not isinstance(node, (ast.Import, ast.ImportFrom)):
            module.rest.append(node)
    return module


def _taken(node, package):
    """Yield what an import takes over: (its name here, (module, name))."""
    parts = list(package[: len(package) + 1 - node.level]) if node.level else []
    source = ".".join([*parts, *([node.module] if node.module else [])])
    source = source.removeprefix("odoo.addons.")
    for alias in node.names:
        yield alias.asname or alias.name, (source, alias.name)


def _names_of(node):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        targets = [n for target in node.targets for n in ast.walk(target)]
        return [n.id for n in targets if isinstance(n, ast.Name)]
    if isinstance(node, ast.AnnAssign):
        return [node.target.id]
    return []


class Reach:
    """The cores of a checkout, and what of them production reaches."""

    def __init__(self, root):
        root = Path(root)
        addons = [path.parent for path in sorted(root.glob("*/__manifest__.py"))]
        self.cores = self._modules(root, (a / "core" for a in addons))
        outside = (d for a in addons for d in a.iterdir() if d.name not in ASIDE)
        production = self._modules(root, (d for d in outside if d.is_dir()))
        self.used, self.attributes = set(), set()
        self._waiting = []
        for module in production.values():
            for node in [*module.rest, *sum(module.defined.values(), [])]:
                self._visit(module, node)
        while self._waiting:
            module, name = self._waiting.pop()
            for node in self.cores[module].defined[name]:
                self._visit(self.cores[module], node)

    @staticmethod
    def _modules(root, folders):
        paths = (path for folder in folders for path in sorted(folder.rglob("*.py")))
        return {module.name: module for module in (read(p, root) for p in paths)}

    def unreached(self):
        """Return what production does not reach: ``module.name`` of each name at the
        top of a core, and ``module.Class.name`` of what a class defines.

        Names that one statement makes (``A, B = ...``) count as one.
        """
        found = []
        for module in self.cores.values():
            used = {name for core, name in self.used if core == module.name}
            for node in dict.fromkeys(sum(module.defined.values(), [])):
                names = _names_of(node)
                if not used.intersection(names) and names != ["__all__"]:
                    found.append(f"{module.name}.{names[0]}")
                elif isinstance(node, ast.ClassDef):
                    found += [
                        f"{module.name}.{node.name}.{method}"
                        for method in self._methods(node)
                        if method not in self.attributes
                    ]
        return found

    @staticmethod
    def _methods(node):
        defined = (n.name for n in node.body if isinstance(n, ast.FunctionDef))
        return [name for name in defined if not name.startswith("__")]

    def _visit(self, module, node):
        """Follow each name and attribute that a piece of code uses."""
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load):
                self._use(module, each.id)
            elif isinstance(each, ast.Attribute):
                self.attributes.add(each.attr)
                if isinstance(each.value, ast.Name):
                    self._use(module, each.value.id, each.attr)

    def _use(self, module, name, attribute=None):
        """Mark a name as used, wherever it was defined first."""
        if name in module.defined and module.name in self.cores:
            self._mark(module.name, name)
            return
        source, taken = module.imported.get(name, (None, None))
        if f"{source}.{taken}" in self.cores:  # a module: what counts is its attribute
            source, taken = f"{source}.{taken}", attribute
        if source in self.cores and taken:
            self._taken_from(self.cores[source], taken)

    def _taken_from(self, core, name):
        if name in core.defined:
            self._mark(core.name, name)
        elif name in core.imported:
            self._use(core, name)

    def _mark(self, module, name):
        if (module, name) not in self.used:
            self.used.add((module, name))
            self._waiting.append((module, name))
