"""What scikit-learn's vectorisers and Hugging Face's byte pairs make of a few texts: expectations of texts.

python test/parity/tokenizers_text.py > test/parity/tokenizers_text.json   (scikit-learn 1.4, tokenizers 0.20 or newer)
"""

import json

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

TRAIN = [
    "The cat sat on the mat, and the cat did not mind.",
    "A dog sat on the cat's mat! The dog did not mind it, the cat did.",
    "Die Katze saß auf der Matte; der Hund saß daneben. Größe 42, Straße 7.",
    "Кошка сидела на коврике, а собака сидела рядом с кошкой.",
    "low lower lowest, new newer newest, wide wider widest",
    "aaaa aaa aa a banana bananas  two  blanks\nand a line",
    "naïve café, naïve résumé: e\u0301 is two characters",
]
OTHERS = [
    "The newest cat sat on a wider banana.",
    "",
    "Unknown wörds and ½ of 3_000 things — lowest!",
    "собака на Straße",
]
PATTERN = r"(?u)\w+"


def vectorised(kind, **options):
    """Words as both cut them: apostrophes and combining marks are left out of the texts."""
    vectoriser = kind(token_pattern=PATTERN, **options)
    vectoriser.fit(plain(TRAIN))
    columns = vectoriser.get_feature_names_out().tolist()
    made = vectoriser.transform(plain(OTHERS)).toarray()
    return {"columns": columns, "wanted": made.tolist()}


def plain(texts):
    return [text.replace("'", " ").replace("\u0301", "") for text in texts]


def byte_pairs(size, minimum, lower):
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    if lower:
        tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=size + 2,
        min_frequency=minimum,
        special_tokens=["<pad>", "<unk>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(TRAIN, trainer)
    return {
        "options": {"vocabulary": size, "minCount": minimum, "lowerCase": lower},
        "json": json.loads(tokenizer.to_str()),
        "wanted": [tokenizer.encode(text).ids for text in TRAIN + OTHERS],
    }


print(
    json.dumps(
        {
            "train": TRAIN,
            "others": OTHERS,
            "plain": {"train": plain(TRAIN), "others": plain(OTHERS)},
            "counts": vectorised(CountVectorizer),
            "binary": vectorised(CountVectorizer, binary=True),
            "tfidf": vectorised(TfidfVectorizer),
            "bytePairs": [
                byte_pairs(120, 1, True),
                byte_pairs(400, 1, False),
                byte_pairs(300, 2, True),
            ],
        },
        ensure_ascii=False,
        indent=1,
    )
)
