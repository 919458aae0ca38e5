"""Laws of every critic: it is the function it claims to be, and so is its gradient."""

import pytest
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.neural.critics import (
    CRITICS,
    ConcatenatedCritic,
    Critic,
    SeparableCritic,
    critic_class,
)

Hidden = tuple[int, ...]


def generators(members: int, seed: int = 0) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed + i) for i in range(members)]


def critic_of(name: str, members: int, dx: int, dz: int, hidden: Hidden) -> Critic:
    critic = CRITICS[name].initial(dx, dz, hidden, generators(members))
    return critic.like(critic.weights.double())


def normal(*shape: int, seed: int = 9) -> Tensor:
    g = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=g, dtype=torch.float64)


def plain_score(name: str, weights: Tensor, x: Tensor, z: Tensor, hidden: Hidden) -> Tensor:
    """One member's critic, written as one says it: (m,) scores of row i of x with row i of z."""
    at = 0

    def take(rows: int, columns: int) -> Tensor:
        nonlocal at
        at += rows * columns
        return weights[at - rows * columns : at].view(rows, columns)

    def network(h: Tensor, outputs: int) -> Tensor:
        for width in hidden:
            h = (h @ take(h.shape[1], width) + take(1, width)).relu()
        return h @ take(h.shape[1], outputs) + take(1, outputs)

    if name in ("rectified", "convolutional"):  # without shapes, what it sees is rectified
        x, z = x.relu(), z.relu()
    if name in ("concatenated", "rectified", "convolutional"):
        f = network(torch.cat([x, z], dim=1), 1).squeeze(1)
    elif name == "label":
        f = (network(x, z.shape[1]) * z).sum(1)
    elif name == "bilinear":
        f = (x @ take(x.shape[1], z.shape[1]) * z).sum(1)
    else:
        e, sides, heads = hidden[-1], [], []
        for rows in (x, z):
            skip, u = rows @ take(rows.shape[1], e), take(e, 1)
            embedding, head = network(rows, e + 1).split([e, 1], dim=1)
            sides.append(skip + embedding)
            heads.append((head + sides[-1] ** 2 @ u / e**0.5).squeeze(1))
        f = (sides[0] * sides[1]).sum(1) / e**0.5 + heads[0] + heads[1]
    assert at == len(weights)
    return f


def plain_scores(
    name: str, weights: Tensor, x: Tensor, z: Tensor, hidden: Hidden, shifts: int
) -> Tensor:
    """(1 + shifts, m): joint scores, then those of each shift."""
    rings = [z.roll(-s, 0) for s in range(shifts + 1)]
    return torch.stack([plain_score(name, weights, x, ring, hidden) for ring in rings])


@pytest.mark.parametrize("hidden", [(7,), (8, 8), (5, 9, 6)])
# of 34 rows, one shift is few enough for separable critics to take it by itself
@pytest.mark.parametrize(("m", "shifts"), [(2, 1), (6, 1), (6, 3), (6, 5), (34, 1), (66, 2)])
@pytest.mark.parametrize("name", CRITICS)
def test_scores_and_gradient_are_those_of_the_plain_critic(
    name: str, m: int, shifts: int, hidden: Hidden
) -> None:
    members, dx, dz = 3, 2, 3
    critic = critic_of(name, members, dx, dz, hidden)
    x, z = normal(members, m, dx), normal(members, m, dz, seed=8)
    d = normal(members, 1 + shifts, m, seed=7)

    joint, marginal = (s.clone() for s in critic.scores(x, z, shifts))
    grad = critic.backward(d[:, 0], d[:, 1:])

    assert joint.shape == (members, m)
    assert marginal.shape == (members, shifts, m)
    for i in range(members):
        w = critic.weights[i].clone().requires_grad_()
        plain = plain_scores(name, w, x[i], z[i], hidden, shifts)
        torch.testing.assert_close(joint[i], plain[0].detach())
        torch.testing.assert_close(marginal[i], plain[1:].detach())
        (plain * d[i]).sum().backward()
        assert w.grad is not None
        torch.testing.assert_close(grad[i], w.grad)


@pytest.mark.parametrize("name", CRITICS)
def test_gradient_is_not_added_to_the_last_one(name: str) -> None:
    critic = critic_of(name, 1, 1, 1, (4, 4))
    x, z, d = normal(1, 3, 1), normal(1, 3, 1, seed=8), normal(1, 3, 3, seed=7)
    critic.scores(x, z, 2)
    once = critic.backward(d[:, 0], d[:, 1:]).clone()
    critic.scores(x, z, 2)
    assert torch.equal(once, critic.backward(d[:, 0], d[:, 1:]))
    with pytest.raises(RuntimeError, match="without scores"):
        critic.backward(d[:, 0], d[:, 1:])


@pytest.mark.parametrize("chunk", [1, 40, 2**20])
@pytest.mark.parametrize("name", CRITICS)
def test_evaluation_gives_the_scores_of_a_batch(
    name: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infoplane.estimators.neural.critics.base.CHUNK", chunk)
    members, n, hidden = 3, 7, (4, 5)
    critic = critic_of(name, members, 2, 1, hidden)
    x, z = normal(members, n, 2), normal(members, n, 1, seed=8)
    for shifts in range(1, n):
        joint, marginal = critic.evaluate(x, z, shifts)
        expected = critic.scores(x, z, shifts)
        torch.testing.assert_close((joint, marginal), expected)
        for i in range(members):
            plain = plain_scores(name, critic.weights[i], x[i], z[i], hidden, shifts)
            torch.testing.assert_close(torch.cat([joint[i : i + 1], marginal[i]]), plain)


@pytest.mark.parametrize("shifts", [1, 5])
@pytest.mark.parametrize("name", CRITICS)
def test_members_are_independent(name: str, shifts: int) -> None:
    """Scores and gradient of a member are those it has alone, whatever another one holds."""
    members, m = 3, 6
    critic = critic_of(name, members, 2, 3, (5, 4))
    x, z = normal(members, m, 2), normal(members, m, 3, seed=8)
    d = normal(members, 1 + shifts, m, seed=7)
    x[1] = torch.nan
    critic.weights[1] = torch.inf
    joint, marginal = (s.clone() for s in critic.scores(x, z, shifts))
    grad = critic.backward(d[:, 0], d[:, 1:])
    evaluated = critic.evaluate(x, z, shifts)
    for i in (0, 2):
        row = torch.tensor([i])
        alone = critic.select(row)
        assert alone.weights.data_ptr() != critic.weights.data_ptr()
        expected = alone.scores(x[row], z[row], shifts)
        torch.testing.assert_close((joint[row], marginal[row]), expected)
        torch.testing.assert_close(
            tuple(s[row] for s in evaluated), alone.evaluate(x[row], z[row], shifts)
        )
        alone.scores(x[row], z[row], shifts)
        torch.testing.assert_close(grad[row], alone.backward(d[row, 0], d[row, 1:]))


@pytest.mark.parametrize("name", CRITICS)
def test_every_weight_gets_a_gradient(name: str) -> None:
    critic = critic_of(name, 2, 3, 4, (6, 5))
    # positive weights, so that no unit of a later layer is dead on all rows
    critic = critic.like(critic.weights.abs())
    x, z, d = normal(2, 50, 3), normal(2, 50, 4, seed=8), normal(2, 4, 50, seed=7)
    critic.scores(x, z, 3)
    assert (critic.backward(d[:, 0], d[:, 1:]) != 0).all()


@pytest.mark.parametrize("name", CRITICS)
def test_float32_and_float64_agree(name: str) -> None:
    single = CRITICS[name].initial(2, 3, (8, 8), generators(2))
    double = single.like(single.weights.double())
    x, z, d = normal(2, 9, 2), normal(2, 9, 3, seed=8), normal(2, 3, 9, seed=7)
    double.scores(x, z, 2)
    expected = double.backward(d[:, 0], d[:, 1:])
    scores = single.scores(x.float(), z.float(), 2)
    assert all(s.dtype == torch.float32 for s in scores)
    grad = single.backward(d[:, 0].float(), d[:, 1:].float())
    torch.testing.assert_close(grad.double(), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CRITICS)
@pytest.mark.parametrize("shifts", [0, 4, 5])
def test_a_shift_by_all_rows_is_refused(name: str, shifts: int) -> None:
    critic = critic_of(name, 1, 1, 1, (2,))
    x = normal(1, 4, 1)
    for ask in (critic.scores, critic.evaluate):
        with pytest.raises(InputError, match=f"shifts={shifts} of 4 rows .* 1 <= shifts <= 3"):
            ask(x, x, shifts)


@pytest.mark.parametrize("name", CRITICS)
def test_each_member_starts_as_its_own_seed_says(name: str) -> None:
    cls = CRITICS[name]
    together = cls.initial(2, 3, (6, 4), generators(3, seed=5)).weights
    for i in range(3):
        alone = cls.initial(2, 3, (6, 4), generators(1, seed=5 + i)).weights
        assert torch.equal(together[i], alone[0])
    # the limits of torch.nn.Linear: how many weights have which fan in
    network = [(6 * 4 + 4, 6), (4 * 5 + 5, 40)]  # embeddings start quietly
    concatenated = [(5 * 6 + 6, 5), (6 * 4 + 4, 6), (4 + 1, 4)]
    parts = {
        "concatenated": concatenated,
        "rectified": concatenated,
        "convolutional": concatenated,
        "separable": [
            *((2 * 4, 20), (4, 4), (2 * 6 + 6, 2), *network),
            *((3 * 4, 30), (4, 4), (3 * 6 + 6, 3), *network),
        ],
        "bilinear": [(2 * 3, 6)],
        "label": [(2 * 6 + 6, 2), (6 * 4 + 4, 6), (4 * 3 + 3, 4)],
    }[name]
    many = cls.initial(2, 3, (6, 4), generators(200)).weights
    for part, (_, fan_in) in zip(many.split([p for p, _ in parts], 1), parts, strict=True):
        largest = part.abs().max()
        assert 0.99 * fan_in**-0.5 < largest <= fan_in**-0.5


@pytest.mark.parametrize("per_member", [False, True])
@pytest.mark.parametrize("shifts", [1, 4])
def test_a_ratio_shows_the_network_the_difference(shifts: int, per_member: bool) -> None:
    members, m, d, hidden = 3, 5, 2, (6, 4)
    weights = critic_of("concatenated", members, d, d, hidden).weights
    ratio = normal(members, d, seed=5) if per_member else normal(d, seed=5)
    critic = ConcatenatedCritic(weights, d, d, hidden, ratio)
    x, z, slope = normal(members, m, d), normal(members, m, d, seed=8), normal(members, 5, m)
    slope = slope[:, : 1 + shifts]
    joint, marginal = (s.clone() for s in critic.scores(x, z, shifts))
    grad = critic.backward(slope[:, 0], slope[:, 1:])
    torch.testing.assert_close(critic.evaluate(x, z, shifts), (joint, marginal))
    for i in range(members):
        w = weights[i].clone().requires_grad_()
        of_member = ratio[i] if per_member else ratio
        plain = torch.stack(
            [
                plain_score("concatenated", w, x[i], z[i].roll(-s, 0) - of_member * x[i], hidden)
                for s in range(1 + shifts)
            ]
        )
        torch.testing.assert_close(torch.cat([joint[i : i + 1], marginal[i]]), plain.detach())
        (plain * slope[i]).sum().backward()
        assert w.grad is not None
        torch.testing.assert_close(grad[i], w.grad)


@pytest.mark.parametrize("per_member", [False, True])
def test_members_that_go_on_keep_their_ratio(per_member: bool) -> None:
    ratio = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    ratio = ratio if per_member else ratio[0]
    critic = ConcatenatedCritic.initial(2, 2, (4,), generators(3), ratio=ratio)
    x, z = normal(3, 4, 2).float(), normal(3, 4, 2, seed=8).float()
    whole = critic.evaluate(x, z, 2)
    rows = torch.tensor([2, 0])
    kept = critic.select(rows)
    for part in (kept, kept.like(kept.weights.clone())):
        scores = part.evaluate(x[rows], z[rows], 2)
        torch.testing.assert_close(scores, tuple(s[rows] for s in whole))


def test_a_ratio_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="got dx=2 and dz=3"):
        ConcatenatedCritic.initial(2, 3, (4,), generators(1), ratio=torch.ones(3))
    with pytest.raises(InputError, match=r"pass \(2,\), or one row a member, \(3, 2\)"):
        ConcatenatedCritic.initial(2, 2, (4,), generators(3), ratio=torch.ones(2, 2))


def test_skip_weights_alone_make_the_separable_critic_bilinear() -> None:
    """The best critic of a correlated Gaussian is x · W z less squares of x and of z."""
    dx, dz, e, m = 3, 2, 4, 6
    w = normal(1, dx, dz, seed=3)
    separable = critic_of("separable", 1, dx, dz, (5, e))
    separable.weights.zero_()
    half = dx * e + e + dx * 5 + 5 + (5 * e + e) + (e * (e + 1) + e + 1)
    # S_x = (sqrt(e) W, 0), S_z = (identity, 0)
    separable.weights[0, : dx * e].view(dx, e)[:, :dz] = e**0.5 * w[0]
    separable.weights[0, half : half + dz * e].view(dz, e)[:, :dz] = torch.eye(dz)
    bilinear = critic_of("bilinear", 1, dx, dz, ()).like(w.flatten(1))
    x, z = normal(1, m, dx), normal(1, m, dz, seed=8)
    joint = torch.einsum("mx,xz,mz->m", x[0], w[0], z[0])
    for critic in (separable, bilinear):
        torch.testing.assert_close(critic.scores(x, z, m - 1)[0][0], joint)
    torch.testing.assert_close(separable.evaluate(x, z, 5), bilinear.evaluate(x, z, 5))


def test_a_separable_critic_starts_at_no_information() -> None:
    critic = SeparableCritic.initial(20, 20, (128, 128), generators(1))
    joint, marginal = critic.evaluate(normal(1, 500, 20).float(), normal(1, 500, 20).float(), 50)
    # a bound of -s^2 / 2 for scores that scatter by s: less than a thousandth of a nat
    assert torch.cat([joint.flatten(), marginal.flatten()]).var() < 4e-3


@pytest.mark.parametrize("name", sorted(CRITICS.keys() - {"convolutional"}))  # autograd frees them
def test_memory_of_a_member_counts_every_array(name: str) -> None:
    """Six arrays of the size of the weights, and what a critic holds after a step."""
    cls, (dx, dz, hidden, m) = CRITICS[name], (20, 20, (32, 16), 64)
    for shifts in (1, 8, 63):
        critic = cls.initial(dx, dz, hidden, generators(1))
        x, z = normal(1, m, dx).float(), normal(1, m, dz).float()
        d = normal(1, 1 + shifts, m).float()
        critic.scores(x, z, shifts)
        critic.backward(d[:, 0], d[:, 1:])
        held = 4 * critic.weights.nelement() * 4 + _bytes_held(critic)
        told = cls.bytes_per_member(dx, dz, hidden, m, shifts)
        assert held == pytest.approx(told, rel=0.25)


def _bytes_held(thing: object) -> int:
    """Bytes of all tensors that an object's attributes lead to, each storage once."""
    storages: dict[int, int] = {}
    seen: set[int] = set()

    def walk(a: object) -> None:
        if id(a) in seen:
            return
        seen.add(id(a))
        if isinstance(a, Tensor):
            storages[a.untyped_storage().data_ptr()] = a.untyped_storage().nbytes()
        elif isinstance(a, dict | list | tuple):
            for part in a.values() if isinstance(a, dict) else a:
                walk(part)
        elif hasattr(a, "__dict__"):
            walk(vars(a))

    walk(thing)
    return sum(storages.values())


def test_names() -> None:
    assert critic_class("separable") is SeparableCritic
    told = f"critic 'foo' is unknown: {', '.join(CRITICS)} are accepted"
    with pytest.raises(InputError, match=told):
        critic_class("foo")
    assert {name: cls.cheap_pairs for name, cls in CRITICS.items()} == {
        "concatenated": False,
        "rectified": False,
        "convolutional": False,
        "separable": True,
        "bilinear": True,
        "label": True,
    }
