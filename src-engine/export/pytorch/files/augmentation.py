class Augmentation:
    """Pictures of training rows after all steps."""

    def __init__(self, columns: dict[str, Tensor], train: Tensor) -> None:
        self.columns = columns

    def batch(self, rows: Tensor) -> dict[str, Tensor]:
        """Columns that stand in the place of those of these rows."""
        seeds = torch.randint(2**62, (len(STEPS),)).tolist()
        # Several pictures of a sample are changed by the same numbers.
        with torch.random.fork_rng(devices=[]):
            return {name: self.pictures(name, rows, seeds) for name in PICTURES}

    def pictures(self, name: str, rows: Tensor, seeds: list[int]) -> Tensor:
        x = self.columns[name][rows].float() / PICTURES[name]
        for (step, settings), seed in zip(STEPS, seeds):
            torch.default_generator.manual_seed(seed)
            x = step(x, **settings)
        return x * PICTURES[name]
