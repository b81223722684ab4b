"""Rows of a table as the network was given them: its columns through the recipe that was fitted in training."""

import csv
import json
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOLDER = Path(__file__).parent / "data"
FITTED = json.loads((FOLDER / "table.json").read_text(encoding="utf-8"))

MISSING = {"", "na", "n/a", "nan", "null", "?"}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?")
DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


class Dates(NamedTuple):
    """Years with decimals, and seconds since 1970; NaN where a cell is empty."""

    years: np.ndarray
    seconds: np.ndarray


def features(path, **options):
    """Of a CSV with a header: float32, a row for each of its rows; NaN where a gap was not filled."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file, **options) if row]
    names = [name.strip() for name in rows[0]]
    return encode({name: list(cells) for name, cells in zip(names, zip(*rows[1:]))})


def encode(cells):
    """From cells as text, by the name of their column."""
    columns = {
        each["name"]: read(cells[each["name"]], each["kind"])
        for each in FITTED["inputs"]
    }
    with np.errstate(all="ignore"):
        for step in FITTED["steps"]:
            columns = apply(step, columns)
        made = [slots(each, columns[each["name"]]) for each in FITTED["features"]]
    table = np.concatenate(made, axis=1).astype(np.float32)
    if FITTED["means"] is not None:
        means = np.array(FITTED["means"], dtype=np.float32)
        table = np.where(np.isnan(table), means, table)
    return table


def read(cells, kind):
    """A column of numbers, of words or of dates."""
    texts = [cell.strip() for cell in cells]
    words = [None if text.lower() in MISSING else text for text in texts]
    if kind == "words":
        return np.array([*words, None], dtype=object)[:-1]
    if kind == "number":
        return np.array([number(word) for word in words], dtype=float)
    dates = np.array([date(word) for word in words], dtype=float).reshape(-1, 2)
    return Dates(dates[:, 0], dates[:, 1])


def number(word):
    """NaN where empty."""
    if word is None:
        return np.nan
    if NUMBER.fullmatch(word) is None:
        raise ValueError(f"{word!r} is not a number, as its column was in training")
    return float(word)


def date(word):
    """A year with decimals, and seconds since 1970."""
    if word is None:
        return np.nan, np.nan
    found = DATE.match(word)
    if found is None:
        raise ValueError(f"{word!r} is not a date, as its column was in training")
    year, month = int(found[1]), int(found[2])
    day, hour, minute, second = (int(found[i] or default) for i, default in DATE_PARTS)
    within = (hour + minute / 60 + second / 3600) / 24
    years = year + (DAYS_BEFORE[month - 1] + day - 1 + within) / 365.25
    first = np.datetime64(f"{year:04d}-{month:02d}-01", "s").astype("int64")
    return years, first + (day - 1) * 86400 + hour * 3600 + minute * 60 + second


DATE_PARTS = ((3, 1), (4, 0), (5, 0), (6, 0))


def is_words(column):
    """Whether a column holds words."""
    return not isinstance(column, Dates) and column.dtype == object


def is_gap(column):
    """Where cells are empty."""
    if is_words(column):
        return np.array([word is None for word in column], dtype=bool)
    return np.isnan(column.years if isinstance(column, Dates) else column)


def apply(step, columns):
    """The columns after a step; what it made stands where its column was."""
    names = [each["name"] for each in step["gives"]]
    if step["step"] == "derive":
        return {
            **columns,
            names[0]: finite(compute(step["fitted"]["formula"], columns)),
        }
    taken = step["takes"][0]
    made = STEPS[step["step"]](columns[taken], step["attrs"], step["fitted"])
    after = {}
    for name, column in columns.items():
        if name == taken:
            after.update(zip(names, map(finite, made)))
        else:
            after[name] = column
    return after


def finite(column):
    """What no float32 holds is a gap."""
    if isinstance(column, Dates) or is_words(column):
        return column
    return np.where(np.isfinite(column.astype(np.float32)), column, np.nan)


def slots(feature, column):
    """The numbers of a feature: words by their categories, two of them as one number."""
    categories = feature.get("categories")
    if categories is None:
        values = column.years if isinstance(column, Dates) else column
        return values.reshape(-1, 1)
    width = 1 if len(categories) == 2 else len(categories)
    places = {word: i for i, word in enumerate(categories)}
    table = np.zeros((len(column), width))
    for row, word in enumerate(column):
        place = places.get(word)
        if place is None:
            table[row] = np.nan
        elif width == 1:
            table[row] = place
        else:
            table[row, place] = 1.0
    return table


def compute(formula, columns):
    """A formula of a derived column, row by row: a gap makes what is computed from it a gap."""
    operator, *parts = formula
    if operator == "number":
        rows = len(is_gap(next(iter(columns.values()))))
        return np.full(rows, float(parts[0]))
    if operator == "column":
        column = columns[parts[0]]
        return column.years if isinstance(column, Dates) else column
    if operator == "missing":
        return is_gap(columns[parts[0]]).astype(float)
    if operator == "isWord":
        column = columns[parts[0]]
        return np.where(is_gap(column), np.nan, (column == parts[1]).astype(float))
    values = [compute(part, columns) for part in parts]
    made = OPERATORS[operator](*values).astype(float)
    gaps = np.isnan(values[0]) if operator == "where" else np.isnan(values).any(axis=0)
    return np.where(gaps, np.nan, made)


OPERATORS = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "==": np.equal,
    "<": np.less,
    "<=": np.less_equal,
    "and": lambda a, b: (a != 0) & (b != 0),
    "or": lambda a, b: (a != 0) | (b != 0),
    "not": lambda a: a == 0,
    "min": np.minimum,
    "max": np.maximum,
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "where": lambda a, b, c: np.where(a != 0, b, c),
}
