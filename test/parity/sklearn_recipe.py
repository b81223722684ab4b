"""What scikit-learn's preprocessing makes of a few columns: expectations of the steps of recipes.

python test/parity/sklearn_recipe.py > test/parity/sklearn_recipe.json   (scikit-learn 1.4 or newer)
"""

import json
import math

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

TRAIN = [0.0, 7.25, 71.5, 8.0, 53.125, 8.0, math.nan, 0.0, 512.25, 21.0, 11.5, 30.0, 0.0]
OTHERS = [-5.0, 3.0, 8.0, 1000.0, 0.0, 512.25, math.nan]
WORDS = ["s", "c", "s", "q", "s", "c", "x", "y", "q", "s", "z z", "ümlaut", "a"]
NEW = ["s", "c", "never", "q", "x", "ümlaut"]


def numbers(values):
    return [None if x != x else float(x) for x in np.asarray(values, dtype=float).ravel()]


def column(values):
    return np.array(values, dtype=float).reshape(-1, 1)


def scaled(transformer, **attrs):
    transformer.fit(column(TRAIN))
    return {"attrs": attrs, "wanted": numbers(transformer.transform(column(OTHERS)))}


def encoded(encoder, **attrs):
    encoder.fit(np.array(WORDS, dtype=object).reshape(-1, 1))
    made = encoder.transform(np.array(NEW, dtype=object).reshape(-1, 1))
    return {"attrs": attrs, "wanted": [numbers(each) for each in np.asarray(made).T]}


def hashed(buckets):
    hasher = FeatureHasher(buckets, input_type="string", alternate_sign=False)
    made = hasher.transform([[word] for word in WORDS]).toarray()
    return {"attrs": {"buckets": buckets}, "wanted": [numbers(each) for each in made.T]}


def quantiles(output, count):
    transformer = QuantileTransformer(n_quantiles=count, output_distribution=output)
    return scaled(transformer, output=output, quantiles=count)


def dense(**options):
    return OneHotEncoder(sparse_output=False, **options)


print(
    json.dumps(
        {
            "train": numbers(TRAIN),
            "others": numbers(OTHERS),
            "words": WORDS,
            "new": NEW,
            "impute": [
                scaled(SimpleImputer(strategy="mean"), strategy="mean"),
                scaled(SimpleImputer(strategy="median"), strategy="median"),
                scaled(SimpleImputer(strategy="most_frequent"), strategy="mostFrequent"),
            ],
            "standardise": [scaled(StandardScaler())],
            "minMax": [scaled(MinMaxScaler()), scaled(MinMaxScaler((-1, 3)), low=-1, high=3)],
            "robust": [scaled(RobustScaler())],
            "quantile": [
                quantiles("uniform", 5),
                quantiles("uniform", 13),
                quantiles("normal", 7),
            ],
            "oneHot": [
                encoded(dense(handle_unknown="ignore"), drop="none"),
                encoded(
                    dense(max_categories=4, handle_unknown="infrequent_if_exist"),
                    drop="none",
                    maxCategories=4,
                ),
            ],
            "ordinal": [
                encoded(
                    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
                )
            ],
            "hashing": [hashed(4), hashed(16)],
        },
        indent=1,
        ensure_ascii=False,
    )
)
