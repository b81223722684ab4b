def heaviest(labels: Tensor) -> Tensor:
    """Classes, also of labels that are shares of classes."""
    return labels if labels.dim() == 1 else labels.argmax(1)


# Rows that pictures are made of, each with its share.
Parts = list[tuple[Tensor, Tensor]]


class Augmentation:
    """Pictures of training rows after all steps, and labels that are mixed like them."""

    def __init__(self, columns: dict[str, Tensor], train: Tensor) -> None:
        self.columns = columns
        self.train = train

    def batch(self, rows: Tensor) -> dict[str, Tensor]:
        """Columns that stand in the place of those of these rows."""
        seeds = torch.randint(2**62, (len(STEPS),)).tolist()
        made = {}
        parts: Parts = []
        # Several pictures of a sample are changed by the same numbers.
        with torch.random.fork_rng(devices=[]):
            for name, white in PICTURES.items():
                x, parts = self.pictures(name, rows, seeds)
                made[name] = x * white
        for name, count in CLASSES.items():
            made[name] = self.shares(name, count, parts)
        if WEIGHTS in self.columns:
            made[WEIGHTS] = self.weight(parts)
        return made

    def pictures(
        self, name: str, rows: Tensor, seeds: list[int]
    ) -> tuple[Tensor, Parts]:
        x = self.columns[name][rows].float() / PICTURES[name]
        parts = [(rows, torch.ones(len(rows)))]
        for place, seed in enumerate(seeds):
            step, settings = STEPS[place]
            torch.default_generator.manual_seed(seed)
            if step not in MIXING:
                x = step(x, **settings)
                continue
            # Partners go through the steps before by numbers of their own.
            partners = self.train[torch.randint(len(self.train), (len(rows),))]
            others = torch.randint(2**62, (place,)).tolist()
            drawn = torch.randint(2**62, ()).item()
            other, theirs = self.pictures(name, partners, others)
            torch.default_generator.manual_seed(drawn)
            x, share = step(x, other, **settings)
            parts = [(own, part * share) for own, part in parts]
            parts += [(own, part * (1 - share)) for own, part in theirs]
        return x, parts

    def shares(self, name: str, count: int, parts: Parts) -> Tensor:
        """Of each class; where rows count for more or less, what each part counts for."""
        shares = torch.stack([share for _, share in parts])
        if WEIGHTS in self.columns:
            weighed = torch.stack([self.columns[WEIGHTS][own] * s for own, s in parts])
            total = weighed.sum(0)
            shares = torch.where(total > 0, weighed / total, shares)
        labels = self.columns[name]
        ones = torch.stack([F.one_hot(labels[own].long(), count) for own, _ in parts])
        return (ones * shares[:, :, None]).sum(0)

    def weight(self, parts: Parts) -> Tensor:
        """What a mixture counts for."""
        return sum(self.columns[WEIGHTS][own] * share for own, share in parts)
