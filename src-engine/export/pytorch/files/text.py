"""Texts as the network was given them: cut into tokens, looked up, and as a bag or in their order."""

import json
import math
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "data"
FITTED = json.loads((FOLDER / "text.json").read_text(encoding="utf-8"))
TOKENIZER = FITTED["tokenizer"]
# Padding is 0, an unknown token 1.
SPECIAL = 2
PLACES = {token: i + SPECIAL for i, token in enumerate(TOKENIZER["vocabulary"])}
RANKS = {tuple(pair): i for i, pair in enumerate(TOKENIZER.get("merges", []))}
BLANK = "\u2581"


def encode(texts):
    """Of a list of texts: a row for each, float32 for a bag, int64 for indices."""
    made = [sample(indices(text)) for text in texts]
    return np.array(made, dtype=np.float32 if FITTED["output"] == "bag" else np.int64)


def indices(text):
    """All tokens of a text, in their order."""
    return [PLACES.get(token, 1) for token in tokens(text)]


def tokens(text):
    """What the text is cut into."""
    cased = text.lower() if TOKENIZER["lowerCase"] else text
    if TOKENIZER["tokens"] == "characters":
        return list(cased)
    if TOKENIZER["tokens"] == "words":
        return words(cased)
    blanks = cased.replace(" ", BLANK)
    if blanks and not blanks.startswith(BLANK):
        blanks = BLANK + blanks
    begun = [BLANK + word for word in blanks.split(BLANK)[1:]]
    return [piece for word in begun for piece in pieces(word)]


def words(text):
    """Letters, marks, digits and _, with an apostrophe within; other characters where they are tokens."""
    found, word = [], ""
    for i, letter in enumerate(text):
        following = text[i + 1] if i + 1 < len(text) else " "
        if is_word(letter) or (word and letter in "'\u2019" and is_word(following)):
            word += letter
            continue
        if word:
            found.append(word)
        word = ""
        if TOKENIZER["punctuation"] and unicodedata.category(letter)[0] not in "ZC":
            found.append(letter)
    return [*found, word] if word else found


def is_word(letter):
    return letter == "_" or unicodedata.category(letter)[0] in "LMN"


def pieces(word):
    """The merge that was learned first comes first, from the left."""
    parts = list(word)
    while len(parts) > 1:
        ranks = [RANKS.get(pair, math.inf) for pair in pairwise(parts)]
        best = min(ranks)
        if best == math.inf:
            break
        merged, i = [], 0
        while i < len(parts):
            is_pair = i < len(ranks) and RANKS.get((parts[i], parts[i + 1])) == best
            merged.append(parts[i] + parts[i + 1] if is_pair else parts[i])
            i += 2 if is_pair else 1
        parts = merged
    return parts


def sample(found):
    """One text: how often each token of the vocabulary is in it, or so many indices."""
    if FITTED["predict"] in ("next", "sequence"):
        found = found[-FITTED["length"] :]
    return bag(found) if FITTED["output"] == "bag" else padded(found)


def bag(found):
    counts = Counter(i - SPECIAL for i in found if i >= SPECIAL)
    values = np.zeros(FITTED["width"] - SPECIAL)
    for place, count in counts.items():
        value = 1 if FITTED["weighting"] == "binary" else count
        values[place] = value * FITTED["idf"][place] if "idf" in FITTED else value
    length = math.sqrt(sum(value * value for value in values))
    return values / length if "idf" in FITTED and length > 0 else values


def padded(found):
    length = FITTED["length"]
    kept = found[:length] if FITTED["truncation"] == "end" else found[-length:]
    padding = [0] * (length - len(kept))
    return [*kept, *padding] if FITTED["padding"] == "after" else [*padding, *kept]
