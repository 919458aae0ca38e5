"""Pairs drawn anew at every step."""

import pytest
import torch

from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.errors import InputError
from infoplane.estimators.neural.fresh import FreshDraws
from infoplane.streams import stream

EVERYONE = torch.arange(3)


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


def test_critics_of_a_member_share_what_is_held_out_and_draw_their_own_batches() -> None:
    source = fresh([0, 1])
    streams = [stream(9), stream(0, 1), stream(1, 1)]
    shared = source.shared(torch.tensor([0, 1, 1]), streams)
    x, _ = shared.next()
    assert not torch.equal(x[1], x[2])
    for held, of_all in ((shared.validation, source.validation), (shared.test, source.test)):
        assert torch.equal(held(EVERYONE)[1], of_all(torch.tensor([0, 1, 1]))[1])
