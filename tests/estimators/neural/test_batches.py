"""Where pairs come from: fixed rows, and rows with fresh noise."""

import pytest
import torch

from infoplane.estimators.neural.batches import NoisyRows, SampleRows
from infoplane.estimators.rows import Rows
from infoplane.streams import stream
from tests.estimators.test_rows import rows_of

EVERYONE = torch.arange(3)


def numbered(n: int, members: int) -> Rows:
    """Rows whose value is their number, which tells where a batch comes from."""
    rows = rows_of(n, list(range(members)))
    numbers = torch.arange(float(n * members))[:, None]
    return Rows(numbers, numbers, rows.train, rows.validation, rows.test)


def test_an_epoch_draws_each_training_row_at_most_once_and_no_other() -> None:
    rows = numbered(100, 3)  # 60 training rows: 3 batches of 16 an epoch
    source = SampleRows(rows, 16, [stream(s) for s in range(3)])
    for _ in range(4):
        epoch = []
        for _ in range(3):
            x, z = source.next()
            assert torch.equal(x, z)
            epoch.append(x)
        for i, drawn in enumerate(torch.cat(epoch, dim=1)[..., 0].long().tolist()):
            assert len(set(drawn)) == 48
            assert set(drawn) <= set(rows.train[i].tolist())


def test_held_out_rows_are_those_of_the_member_asked_for() -> None:
    rows = numbered(100, 3)
    source = SampleRows(rows, 16, [stream(s) for s in range(3)])
    source.keep(torch.tensor([2]))  # training goes on with one; the others can still be asked for
    for held, split in ((source.validation, rows.validation), (source.test, rows.test)):
        x, _ = held(torch.tensor([2, 0]))
        assert torch.equal(x[..., 0].long(), split[[2, 0]])
    x, _ = source.next()
    assert set(x.flatten().long().tolist()) <= set(rows.train[2].tolist())
    seen = source.seen(torch.tensor([1]))
    assert seen is not None
    assert set(seen[0].flatten().long().tolist()) <= set(rows.train[1].tolist())


def noisy(seeds: list[int]) -> NoisyRows:
    rows = rows_of(1_000, seeds)
    noise = torch.full((len(seeds), 2), 0.5)
    return NoisyRows(rows, noise, noise, 200, [stream(s) for s in seeds])


def test_training_noise_is_fresh_and_held_out_noise_is_not() -> None:
    source = noisy([0, 1, 2])
    clean = SampleRows(rows_of(1_000, [0, 1, 2]), 200, [stream(s) for s in range(3)])
    for _ in range(2):
        assert torch.equal(source.test(EVERYONE)[1], source.test(EVERYONE)[1])
        assert torch.equal(source.validation(EVERYONE)[1], source.validation(EVERYONE)[1])
    eps = source.test(EVERYONE)[1] - clean.test(EVERYONE)[1]
    # 3 x 200 x 2 draws: the standard deviation is known to 1 in sqrt(2400) = 2 %
    assert float(eps.std()) == pytest.approx(0.5, rel=0.08)
    # one epoch is 600 rows, 3 batches; the second shows the same rows with other noise
    epochs = [torch.cat([source.next()[1][0] for _ in range(3)]) for _ in range(2)]
    shown = [torch.cat([source.next()[0][0] for _ in range(3)]) for _ in range(2)]
    first, second = (part.flatten().tolist() for part in epochs)
    assert not set(first) & set(second)
    assert set(shown[0].flatten().tolist()) == set(shown[1].flatten().tolist())


def test_noise_of_a_member_is_the_same_alone_and_in_company() -> None:
    together, alone = noisy([0, 1]), noisy([1])
    for _ in range(4):
        assert torch.equal(together.next()[1][1], alone.next()[1][0])
    together.keep(torch.tensor([1]))
    assert torch.equal(together.next()[1][0], alone.next()[1][0])


def test_critics_of_a_member_share_what_is_held_out_and_train_on_their_own() -> None:
    clean = SampleRows(rows_of(1_000, [0, 1]), 200, [stream(s) for s in range(2)])
    for source in (clean, noisy([0, 1])):
        streams = [stream(9), stream(0, 1), stream(1, 1)]
        shared = source.shared(torch.tensor([0, 1, 1]), streams)
        x, z = shared.next()
        assert len(x) == len(z) == 3
        assert not torch.equal(z[1], z[2])
        for held, of_all in ((shared.validation, source.validation), (shared.test, source.test)):
            for one, own in zip(held(EVERYONE), of_all(torch.tensor([0, 1, 1])), strict=True):
                assert torch.equal(one, own)
        # nobody else's batches have changed
        again = source.shared(torch.tensor([1]), [stream(0, 1)])
        assert torch.equal(again.next()[0][0], x[1])
