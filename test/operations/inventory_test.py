"""Unit tests of how `npm run inventory` sorts out names, on made-up source: `known-names.engine.test.ts` runs them."""

import ast
import enum
import sys
import typing
import unittest
from pathlib import Path
from textwrap import dedent

sys.path.insert(0, str(Path(__file__).parents[2] / "operations/inventory"))

from config_reads import CALLED_WITH, PARAMS, ConfigReads, loaders  # noqa: E402
from json_types import loosely, merged, type_of, type_of_value  # noqa: E402
from licensed_names import ClassesByName, LicensedNames  # noqa: E402
from named_texts import NamedTexts  # noqa: E402
from pydantic import BaseModel  # noqa: E402


class Level(enum.Enum):
    LOW = "low"


class Model(BaseModel):
    level: Level


def tree(source):
    return ast.parse(dedent(source))


def known(*trees):
    named = NamedTexts()
    for one in trees:
        named.add(one)
    named.resolve()
    return named


def reads(source, **options):
    found, module = {}, tree(source)
    ConfigReads(known(module), found, **options).visit(module)
    return {part: names for part, names in found.items() if names}


def licensed(source, settings=()):
    found, module, classes = {}, tree(source), ClassesByName()
    classes.visit(module)
    LicensedNames(known(module), set(settings), classes, found).visit(module)
    return {part: names for part, names in found.items() if names}


class Types(unittest.TestCase):
    def test_annotations(self):
        for annotation, expected in [
            (int, "integer"),
            (float | None, "number"),
            (float | int, "number"),
            (bool | str, ""),
            (bool, "boolean"),
            (typing.Optional["Unknown"], ""),
            (typing.Any, ""),
            (typing.Literal["a", "b"], "string"),
            (typing.Annotated[int, "a note"], "integer"),
            (list[str], "array"),
            (tuple[str, ...], "array"),
            (dict[str, int], "object"),
            (typing.TypedDict("Both", {"a": int}), "object"),
            (Level, "string"),
            (Model, "object"),
            (None, None),
        ]:
            self.assertEqual(type_of(annotation), expected, annotation)

    def test_what_several_say(self):
        self.assertEqual(merged([None, "integer"]), "integer")
        self.assertEqual(merged(["integer", "number"]), "number")
        self.assertEqual(merged(["integer", "string"]), "")
        self.assertEqual(merged(["integer", ""]), "")
        self.assertIsNone(merged([None]))
        self.assertEqual(type_of_value(0), "integer")
        self.assertEqual(type_of_value(False), "boolean")
        self.assertIsNone(type_of_value(None))

    def test_a_whole_number_that_nobody_checks_may_be_any(self):
        self.assertEqual(loosely("integer"), "number")
        self.assertEqual(loosely("string"), "string")


class Reads(unittest.TestCase):
    def test_each_part_by_what_holds_it(self):
        self.assertEqual(
            reads(
                """
                A = "by_constant"
                def f(general_settings, deployment):
                    general_settings.get("by_get"), general_settings[A], "by_in" in general_settings
                    info = deployment.get("model_info") or {}
                    info["of_a_part"]
                    general_settings["written"] = deployment["other"]["unknown"]
                    for key, value in litellm_settings.items():
                        if key == "compared":
                            pass
                """
            ),
            {
                "general": {"by_get", "by_constant", "by_in"},
                "info": {"of_a_part"},
                "settings": {"compared"},
            },
        )

    def test_parameters_only_where_they_are_a_deployments(self):
        source = "litellm_params.get('a'), optional_params.pop('b'), kwargs['c']"
        self.assertEqual(reads(source), {})
        self.assertEqual(reads(source, params=PARAMS), {"params": {"a", "b"}})
        self.assertEqual(reads(source, params=CALLED_WITH), {"params": {"a", "b", "c"}})

    def test_sections_where_the_file_is_loaded(self):
        module = tree(
            """
            class ProxyConfig:
                def load_config(self):
                    config = self.from_file()
                    config.get("a")
                    self.part(config=config)
                def from_file(self):
                    config["b"]
                def part(self, config):
                    "c" in config
                def elsewhere(self, config):
                    config.get("d")
            """
        )
        found = {}
        for loader in loaders(module):
            ConfigReads(known(module), found, has_file=True).visit(loader)
        self.assertEqual(found, {"sections": {"a", "b", "c"}})


class Licensed(unittest.TestCase):
    def test_in_the_condition_itself_or_around_it(self):
        self.assertEqual(
            licensed(
                """
                def f():
                    general_settings.get("free")
                    if general_settings.get("a") is not None and premium_user is not True:
                        raise ValueError()
                    b = general_settings.get("b")
                    if b is not None and premium_user is False:
                        raise ValueError()
                    if "c" in general_settings:
                        if not premium_user:
                            return
                    if callback == "free_one":
                        pass
                    elif callback == "d":
                        if premium_user is not True:
                            raise ValueError()
                """
            ),
            {"general": {"a", "b", "c"}, "callbacks": {"d"}},
        )

    def test_in_the_function_if_no_condition_says_it(self):
        source = """
        def f():
            if litellm.budgets is None:
                return
            if premium_user is not True:
                raise ValueError()

        def g():
            general_settings.get("free")
            if premium_user is True:
                general_settings.get("free_too")
        """
        self.assertEqual(licensed(source, settings={"budgets"}), {"settings": {"budgets"}})

    def test_of_a_class_by_the_name_that_it_is_chosen_by(self):
        self.assertEqual(
            licensed(
                """
                class Bucket:
                    def __init__(self):
                        premium_user_check()
                        general_settings.get("free")

                def f():
                    if logging_integration == "bucket":
                        return Bucket()
                    elif logging_integration == "free":
                        return Free()
                """
            ),
            {"callbacks": {"bucket"}},
        )


unittest.main()
