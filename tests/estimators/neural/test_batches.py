"""Where pairs come from: fixed rows, rows with fresh noise, fresh draws."""

import pytest
import torch

from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.errors import InputError
from infoplane.estimators.neural.batches import FreshDraws, NoisyRows, SampleRows
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


def fresh(seeds: list[int]) -> FreshDraws:
    draw = CorrelatedGaussian(d=2, rho=0.8).draw
    generators = [stream(s) for s in seeds]
    return FreshDraws([draw] * len(seeds), (500, 400), 64, generators, "cpu")


def test_fresh_draws_never_repeat_and_are_standardised() -> None:
    source = fresh([0])
    batches = [source.next()[0] for _ in range(600)]  # past the end of a block
    assert all(batch.shape == (1, 64, 2) for batch in batches)
    x = torch.cat(batches, dim=1)[0]
    assert len(set(x[:, 0].tolist())) > 0.99 * len(x)  # float32 has few enough values to meet
    validation, test = source.validation(EVERYONE[:1])[0], source.test(EVERYONE[:1])[0]
    assert validation.shape == (1, 500, 2)
    assert test.shape == (1, 400, 2)
    torch.testing.assert_close(validation.std(1), torch.ones(1, 2))
    assert source.seen(EVERYONE[:1]) is None


def test_fresh_draws_of_a_member_are_the_same_alone_and_in_company() -> None:
    together, alone = fresh([0, 1]), fresh([1])
    for _ in range(600):
        assert torch.equal(together.next()[0][1], alone.next()[0][0])
    together.keep(torch.tensor([1]))
    assert torch.equal(together.next()[0][0], alone.next()[0][0])


def test_draws_may_be_whole_numbers_numpy_and_tensors_with_gradients() -> None:
    def draw(n: int, g: torch.Generator) -> tuple[object, object]:
        x = torch.randint(5, (n,), generator=g)
        return x.numpy(), x.double().requires_grad_()

    x, z = FreshDraws([draw], (50, 50), 8, [stream(0)], "cpu").next()
    torch.testing.assert_close(x, z)
    assert x.dtype == z.dtype == torch.float32


def test_a_draw_that_changes_its_columns_is_named() -> None:
    widths = iter([2, 3])

    def draw(n: int, g: torch.Generator) -> tuple[object, object]:
        return torch.randn(n, next(widths), generator=g), torch.randn(n, generator=g)

    with pytest.raises(InputError, match="gave x with 3 columns, after 2 before"):
        FreshDraws([draw], (10, 10), 4, [stream(0)], "cpu")


def test_bad_draws_are_named() -> None:
    def made(*draws: object) -> None:
        FreshDraws(draws, (10, 10), 4, [stream(s) for s in range(len(draws))], "cpu")  # type: ignore[arg-type]

    with pytest.raises(InputError, match=r"draw\(10, generator\) gave x of shape \(3, 1\)"):
        made(lambda n, g: (torch.zeros(3), torch.zeros(n)))
    with pytest.raises(InputError, match="gave z with values that are not finite"):
        made(lambda n, g: (torch.zeros(n), torch.full((n,), torch.nan)))
    with pytest.raises(InputError, match=r"x of draw\(10, generator\) has dtype torch.complex64"):
        made(lambda n, g: (torch.zeros(n, dtype=torch.cfloat), torch.zeros(n)))
    with pytest.raises(InputError, match="x of a draw has a column that is constant"):
        made(lambda n, g: (torch.zeros(n), torch.randn(n)))
    for given in (None, "xz", (1, 2, 3), [torch.zeros(10)]):
        with pytest.raises(InputError, match="a pair is accepted"):
            made(lambda n, g, given=given: given)
    with pytest.raises(
        InputError, match=r"x of draw\(10, generator\) has shape \(\) .* pass numbers"
    ):
        made(lambda n, g: ("text", torch.zeros(n)))
    with pytest.raises(InputError, match="pairs of different shapes"):
        made(
            lambda n, g: (torch.randn(n), torch.randn(n)),
            lambda n, g: (torch.randn(n, 2), torch.randn(n)),
        )
